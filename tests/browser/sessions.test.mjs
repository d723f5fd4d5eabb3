// Somebody logs in on two devices, looks at the list of sessions, and ends them.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, press, useDemo } from './demo.mjs';

const use = useDemo();
const FOO = '{"foo":["fiz","baz"]}';
const REVOKED = 'GET /cookie/claims: 401 {"detail":"Token has been revoked"}';

const items = (page) => page.locator('#sessions li');

/** Presses "Show the sessions" and waits for that many. */
async function listed(page, count) {
  assert.match(await press(page, 'Show the sessions'), /^GET \/cookie\/sessions: 200 /);
  await items(page).nth(count - 1).waitFor();
  assert.equal(await items(page).count(), count);
  return items(page);
}

/** A second device: another browser context, logged in. */
async function secondDevice() {
  const context = await use.page.context().browser().newContext({ userAgent: 'A telephone' });
  const page = await context.newPage();
  await logIn({ page, url: use.url });
  return { context, page };
}

test('two logins are two sessions; one is ended from the other, then all', async () => {
  await logIn(use);
  const telephone = await secondDevice();
  const list = await listed(use.page, 2);
  assert.equal(await list.filter({ hasText: '(this one)' }).count(), 1);
  const other = list.filter({ hasText: 'A telephone' });
  assert.equal(await other.filter({ hasText: '(this one)' }).count(), 0);

  await other.getByRole('button', { name: 'End' }).click();
  await other.waitFor({ state: 'detached' });
  assert.equal(await press(telephone.page, 'Read claims'), REVOKED);
  assert.match(await press(telephone.page, 'Refresh'), /^POST \/cookie\/refresh: 401 /);
  assert.equal(await press(use.page, 'Read claims'), `GET /cookie/claims: 200 ${FOO}`);

  await logIn({ page: telephone.page, url: use.url });
  await listed(use.page, 2);
  assert.match(await press(use.page, 'Log out everywhere'), /^POST \/cookie\/logout-everywhere: 200 /);
  assert.deepEqual(await use.context.cookies(), []);
  assert.equal(await press(telephone.page, 'Read claims'), REVOKED);
  assert.match(await press(telephone.page, 'Refresh'), /^POST \/cookie\/refresh: 401 /);
  assert.deepEqual(use.complaints, []);
  await telephone.context.close();
});

test('a stranger sees no sessions', async () => {
  await use.page.goto(use.url);
  assert.match(await press(use.page, 'Show the sessions'), /^GET \/cookie\/sessions: 401 /);
  assert.equal(await items(use.page).count(), 0);
});
