// Somebody logs in at the demo's page, changes something, and logs out.

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { logIn, press, useDemo } from './demo.mjs';

const FOO = '{"foo":["fiz","baz"]}';
const use = useDemo();

async function cookieValue(name) {
  return (await use.context.cookies()).find((cookie) => cookie.name === name)?.value;
}

test('a stranger reads no claims', async () => {
  await use.page.goto(use.url);
  assert.match(await press(use.page, 'Read claims'), /^GET \/cookie\/claims: 401 .*Missing cookie access_token_cookie/);
});

test('who has logged in reads the claims', async () => {
  await logIn(use);
  assert.equal(await press(use.page, 'Read claims'), `GET /cookie/claims: 200 ${FOO}`);
});

test('a post needs the CSRF header', async () => {
  await logIn(use);
  assert.equal(await press(use.page, 'Post claims'), `POST /cookie/claims: 200 ${FOO}`);
  assert.match(await press(use.page, 'Post claims without the CSRF header'), /^POST \/cookie\/claims: 401 .*CSRF/);
});

test('a post with another CSRF value is refused', async () => {
  await logIn(use);
  await use.page.evaluate(() => { document.cookie = 'csrf_access_token=guessed; path=/'; });
  assert.match(await press(use.page, 'Post claims'), /^POST \/cookie\/claims: 401 .*CSRF/);
});

test('scripts see the CSRF cookies alone', async () => {
  await logIn(use);
  const seen = await use.page.evaluate(() => document.cookie.split('; ').map((text) => text.split('=')[0]).sort());
  assert.deepEqual(seen, ['csrf_access_token', 'csrf_refresh_token']);
  const tokens = (await use.context.cookies()).filter((cookie) => cookie.name.endsWith('_token_cookie'));
  assert.equal(tokens.length, 2);
  for (const { name, httpOnly, sameSite } of tokens) {
    assert.deepEqual({ name, httpOnly, sameSite }, { name, httpOnly: true, sameSite: 'Lax' });
  }
});

test('refreshing gives new tokens, which are good', async () => {
  await logIn(use);
  const names = ['access_token_cookie', 'refresh_token_cookie'];
  const before = await Promise.all(names.map(cookieValue));
  assert.match(await press(use.page, 'Refresh'), /^POST \/cookie\/refresh: 200 /);
  const after = await Promise.all(names.map(cookieValue));
  names.forEach((name, i) => assert.notEqual(after[i], before[i], name));
  assert.equal(await press(use.page, 'Post claims'), `POST /cookie/claims: 200 ${FOO}`);
  assert.match(await press(use.page, 'Refresh'), /^POST \/cookie\/refresh: 200 /);
});

test('who has logged out is refused, and the cookies are gone', async () => {
  await logIn(use);
  assert.match(await press(use.page, 'Log out'), /^POST \/cookie\/logout: 200 /);
  assert.deepEqual(await use.context.cookies(), []);
  assert.match(await press(use.page, 'Read claims'), /^GET \/cookie\/claims: 401 /);
  assert.match(await press(use.page, 'Refresh'), /^POST \/cookie\/refresh: 401 /);
});

test('a copy of the cookies is worth nothing after the logout', async () => {
  await logIn(use);
  const stolen = await use.context.cookies();
  await press(use.page, 'Log out');
  await use.context.addCookies(stolen);
  assert.equal(await press(use.page, 'Read claims'), 'GET /cookie/claims: 401 {"detail":"Token has been revoked"}');
  assert.equal(await press(use.page, 'Refresh'), 'POST /cookie/refresh: 401 {"detail":"Token has been revoked"}');
});

test('the page breaks none of its own security policy', async () => {
  await logIn(use);
  await press(use.page, 'Read claims');
  assert.deepEqual(use.complaints, []);
});
