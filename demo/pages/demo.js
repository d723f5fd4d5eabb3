'use strict';

// The buttons of the demo's page. The names of cookies and header are the defaults of the settings.

const answer = document.getElementById('answer');
const messages = document.getElementById('messages');
let socket;

function cookie(name) {
  const found = document.cookie.split('; ').find((text) => text.startsWith(name + '='));
  return found === undefined ? '' : found.slice(name.length + 1);
}

async function ask({ method, path, csrf, body }) {
  answer.textContent = '';
  const headers = {};
  if (csrf !== undefined) headers['X-CSRF-Token'] = cookie(csrf);
  if (body !== undefined) headers['Content-Type'] = 'application/json';
  const response = await fetch(path, { method, headers, body });
  answer.textContent = `${method} ${path}: ${response.status} ${await response.text()}`;
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
document.getElementById('open').addEventListener('click', open);
document.getElementById('say').addEventListener('click', say);
