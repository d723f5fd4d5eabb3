'use strict';

// The buttons of the demo's page. The names of cookies and header are the defaults of the settings.

const answer = document.getElementById('answer');
const messages = document.getElementById('messages');
const sessions = document.getElementById('sessions');
let socket;

function cookie(name) {
  const found = document.cookie.split('; ').find((text) => text.startsWith(name + '='));
  return found === undefined ? '' : found.slice(name.length + 1);
}

/** Asks the service, shows its answer and gives it as text; nothing where it is an error. */
async function ask({ method, path, csrf, body }) {
  answer.textContent = '';
  const headers = {};
  if (csrf !== undefined) headers['X-CSRF-Token'] = cookie(csrf);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, { method, headers, body });
  const text = await response.text();
  answer.textContent = `${method} ${path}: ${response.status} ${text}`;
  return response.ok ? text : undefined;
}

function sessionItem({ sid, device, login, this_one: isThisOne }) {
  const item = document.createElement('li');
  const since = new Date(login * 1000).toLocaleString();
  item.textContent = `${device}, since ${since}${isThisOne ? ' (this one)' : ''} `;
  const button = document.createElement('button');
  button.textContent = 'End';
  button.addEventListener('click', () => endSession(sid));
  item.append(button);
  return item;
}

async function listSessions() {
  const text = await ask({ method: 'GET', path: '/cookie/sessions' });
  sessions.replaceChildren(...(text === undefined ? [] : JSON.parse(text).map(sessionItem)));
}

async function endSession(sid) {
  const path = '/cookie/sessions/end';
  const ended = await ask({ method: 'POST', path, csrf: 'csrf_access_token', body: JSON.stringify({ sid }) });
  if (ended !== undefined) await listSessions();
}

function tell(text) {
  const item = document.createElement('li');
  item.textContent = text;
  messages.append(item);
}

function open() {
  messages.replaceChildren();
  const csrf = encodeURIComponent(cookie('csrf_access_token'));
  socket = new WebSocket(`${location.origin.replace(/^http/, 'ws')}/ws?csrf_token=${csrf}`);
  socket.onmessage = (event) => tell(event.data);
  socket.onclose = (event) => tell(`Closed with code ${event.code}`);
}

function say() {
  if (socket !== undefined && socket.readyState === WebSocket.OPEN) socket.send('hello');
}

for (const button of document.querySelectorAll('button[data-path]')) {
  button.addEventListener('click', () => ask(button.dataset));
}
document.getElementById('list').addEventListener('click', listSessions);
document.getElementById('open').addEventListener('click', open);
document.getElementById('say').addEventListener('click', say);
