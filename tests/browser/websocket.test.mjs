// Somebody opens the WebSocket by cookie, from the demo's page and from a page of another origin.

import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer } from 'node:http';
import { after, before, test } from 'node:test';
import { logIn, press, useDemo } from './demo.mjs';

const use = useDemo();
let stranger;
let strangersUrl;

before(async () => {
  stranger = createServer((request, response) => {
    response.setHeader('Content-Type', 'text/html');
    response.end('<!doctype html><title>a page of another origin</title>');
  });
  stranger.listen(0, '127.0.0.1');
  await once(stranger, 'listening');
  strangersUrl = `http://127.0.0.1:${stranger.address().port}/`;
});

after(() => {
  stranger.closeAllConnections();
  stranger.close();
});

const open = () => use.page.getByRole('button', { name: 'Open the WebSocket' }).click();
const messages = () => use.page.locator('#messages li');

/** Waits for that many messages and gives them. */
async function read(count) {
  await messages().nth(count - 1).waitFor();
  return messages().allTextContents();
}

/** What a page sees of a WebSocket that it opens: whether it was opened, and with which code it was closed. */
function attempt(page, address) {
  return page.evaluate((target) => new Promise((resolve) => {
    const socket = new WebSocket(target);
    let opened = false;
    socket.onopen = () => { opened = true; socket.close(1000); };
    socket.onclose = (event) => resolve({ opened, code: event.code });
  }), address);
}

async function socketAddress() {
  const csrf = (await use.context.cookies()).find((cookie) => cookie.name === 'csrf_access_token').value;
  return `${use.url.replace('http', 'ws')}/ws?csrf_token=${csrf}`;
}

test('who has logged in is greeted by name and hears an echo', async () => {
  await logIn(use);
  await open();
  assert.deepEqual(await read(1), ['Hello test']);
  await use.page.getByRole('button', { name: 'Say hello' }).click();
  assert.deepEqual(await read(2), ['Hello test', 'hello']);
  assert.deepEqual(use.complaints, []);
});

test('a stranger gets no WebSocket', async () => {
  await use.page.goto(use.url);
  await open();
  assert.deepEqual(await read(1), ['Closed with code 1006']);
});

test('without the CSRF value there is no WebSocket', async () => {
  await logIn(use);
  assert.deepEqual(await attempt(use.page, await socketAddress()), { opened: true, code: 1000 });
  const refused = `${use.url.replace('http', 'ws')}/ws?csrf_token=guessed`;
  assert.deepEqual(await attempt(use.page, refused), { opened: false, code: 1006 });
});

test('a page of another origin gets no WebSocket, whatever cookies the browser has', async () => {
  await logIn(use);
  const address = await socketAddress();
  const page = await use.context.newPage();
  await page.goto(strangersUrl);
  const sent = page.waitForEvent('websocket');
  assert.deepEqual(await attempt(page, address), { opened: false, code: 1006 });
  assert.equal((await sent).url(), address);
});

test('an open WebSocket of a revoked token is closed at its next message', async () => {
  await logIn(use);
  await open();
  await read(1);
  assert.match(await press(use.page, 'Log out'), /^POST \/cookie\/logout: 200 /);
  await use.page.getByRole('button', { name: 'Say hello' }).click();
  assert.deepEqual(await read(2), ['Hello test', 'Closed with code 1008']);
});
