// Somebody tries the API in Swagger UI, at /docs.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { useDemo } from './demo.mjs';

const use = useDemo();

const operation = (id) => use.page.locator('.opblock').filter({ has: use.page.locator(`[data-path="${id}"]`) });

/** Opens the operation, presses "Try it out" and "Execute", and gives the status and the body that are shown. */
async function execute(path) {
  const block = operation(path);
  if (await block.getByRole('button', { name: 'Try it out' }).count() === 0) {
    await block.locator('.opblock-summary-control').click();
    await block.getByRole('button', { name: 'Try it out' }).click();
  }
  await block.getByRole('button', { name: 'Execute' }).click();
  const answer = block.locator('.live-responses-table .response');
  await answer.waitFor();
  return { status: (await answer.locator('.response-col_status').innerText()).trim().slice(0, 3),
    body: (await answer.locator('.highlight-code code').first().innerText()).replace(/\s/g, '') };
}

async function newToken() {
  const answer = await use.context.request.post(`${use.url}/login`, { data: { username: 'test', password: 'test' } });
  return (await answer.json()).access_token;
}

/** Types the token into the field of the scheme in the dialog that "Authorize" opens. */
async function authorize(scheme, token) {
  await use.page.getByRole('button', { name: 'Authorize', exact: true }).first().click();
  const part = use.page.locator('.auth-container').filter({ has: use.page.getByText(scheme, { exact: true }) });
  await part.locator('input').fill(token);
  await part.getByRole('button', { name: /Apply credentials|Authorize/ }).click();
  await part.getByRole('button', { name: 'Close', exact: true }).click();
}

test('who has not authorized is refused', async () => {
  await use.page.goto(`${use.url}/docs`);
  assert.deepEqual(await execute('/claims'), { status: '401', body: '{"detail":"MissingAuthorizationHeader"}' });
});

test('who has authorized with a token executes GET /claims and sees foo', async () => {
  await use.page.goto(`${use.url}/docs`);
  await authorize('AccessToken', await newToken());
  assert.deepEqual(await execute('/claims'), { status: '200', body: '{"foo":["fiz","baz"]}' });
});

test('the documentation breaks none of its own security policy and loads nothing from elsewhere', async () => {
  const elsewhere = [];
  use.page.on('request', (request) => {
    if (!request.url().startsWith(use.url) && !request.url().startsWith('data:')) elsewhere.push(request.url());
  });
  await use.page.goto(`${use.url}/docs`);
  await execute('/public-claims');
  assert.deepEqual(elsewhere, []);
  assert.deepEqual(use.complaints, []);
});
