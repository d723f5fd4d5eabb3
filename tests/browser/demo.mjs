// What the stories share: the demo as a process, the browser, and the page.

import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { after, before, beforeEach, afterEach } from 'node:test';
import { chromium } from 'playwright-core';

const PATIENCE = 20_000;

/** Starts the demo on a free port, with no setting but its own and no file; gives its process and its URL. */
async function startDemo() {
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^authjwt_/i.test(name)));
  const demo = spawn(process.env.AUTHJWT_DEMO, ['--port', '0', '--log', 'memory'],
    { env: environment, stdio: ['ignore', 'pipe', 'inherit'] });
  demo.stdout.setEncoding('utf8');
  let said = '';
  for await (const text of demo.stdout.iterator({ destroyOnReturn: false })) {
    said += text;
    if (said.includes('measure against.\n')) break;
  }
  demo.stdout.resume();
  const found = /^Serving on (http:\/\/[^ ,]+)/m.exec(said);
  assert.ok(found, `the demo did not start: ${said}`);
  return { demo, url: found[1] };
}

function startBrowser() {
  // Chromium's sandbox does not work for root, whom CI is.
  const sandbox = process.getuid() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath: process.env.AUTHJWT_CHROMIUM, args: [...sandbox, '--disable-dev-shm-usage'] });
}

/**
 * For the tests of one file: a demo, a browser, and for each test a new context without cookies. `context`, `page` and
 * `url` of the result are set when a test runs.
 */
export function useDemo() {
  const use = {};
  let demo;
  let browser;
  before(async () => {
    ({ demo, url: use.url } = await startDemo());
    browser = await startBrowser();
  });
  after(async () => {
    await browser?.close();
    if (demo === undefined) return;
    demo.kill('SIGTERM');
    const [code] = demo.exitCode === null ? await once(demo, 'exit') : [demo.exitCode];
    assert.equal(code, 0, 'the demo stops with success');
  });
  beforeEach(async () => {
    use.context = await browser.newContext();
    use.context.setDefaultTimeout(PATIENCE);
    use.page = await use.context.newPage();
    use.complaints = [];
    use.page.on('console', (message) => {
      if (/Content Security Policy/.test(message.text())) use.complaints.push(message.text());
    });
    use.page.on('pageerror', (error) => use.complaints.push(String(error)));
  });
  afterEach(() => use.context.close());
  return use;
}

/** Presses a button of the demo's page and gives the answer that the page shows, such as `GET /x: 200 {...}`. */
export async function press(page, name) {
  await page.getByRole('button', { name, exact: true }).click();
  const answer = page.locator('#answer', { hasText: /: \d{3} / });
  await answer.waitFor();
  return answer.textContent();
}

/** The demo's page, for somebody who has logged in. */
export async function logIn({ page, url }) {
  await page.goto(url);
  assert.equal(await press(page, 'Log in'), 'POST /cookie/login: 200 {"msg":"Successfully login"}');
}
