// The gateway's HTTP side: signing in, tickets, and the WebSocket.
import { Failure, type Line } from './connection.ts';

function post(path: string, body?: object, signal?: AbortSignal): Promise<Response> {
  const headers: Record<string, string> = { 'X-Abide': '1' };
  const init: RequestInit = { method: 'POST', headers, cache: 'no-store', credentials: 'same-origin' };
  if (body) {
    headers['Content-Type'] = 'application/json';
    init.body = JSON.stringify(body);
  }
  if (signal) init.signal = signal;
  return fetch(path, init);
}

export type SignIn = 'ok' | 'wrong' | 'too-often' | 'unreachable';

export async function signIn(code: string): Promise<SignIn> {
  try {
    const { status } = await post('/v1/sign-in', { code });
    if (status === 204) return 'ok';
    return status === 429 ? 'too-often' : status === 401 ? 'wrong' : 'unreachable';
  } catch {
    return 'unreachable';
  }
}

export async function signOut(): Promise<void> {
  await post('/v1/sign-out').catch(() => undefined);
}

/** A ticket, and the WebSocket that it opens. */
export async function open(signal: AbortSignal): Promise<Line> {
  let response: Response;
  try {
    response = await post('/v1/ticket', undefined, signal);
  } catch {
    throw new Failure('unreachable');
  }
  if (response.status === 401) throw new Failure('sign-in');
  if (!response.ok) throw new Failure('unreachable', 1000 * Number(response.headers.get('Retry-After') ?? 0));
  const { ticket } = (await response.json()) as { ticket: string };
  const url = new URL('/v1/socket', location.href);
  url.protocol = url.protocol.replace('http', 'ws');
  url.hash = '';
  const socket = new WebSocket(url, ['abide.v1', `ticket.${ticket}`]);
  socket.binaryType = 'arraybuffer';
  await new Promise<void>((resolve, reject) => {
    const fail = () => {
      socket.close();
      reject(new Failure('unreachable'));
    };
    socket.onopen = () => resolve();
    socket.onclose = socket.onerror = fail;
    signal.addEventListener('abort', fail, { once: true });
  });
  const line: Line = {
    send: (bytes) => socket.send(bytes),
    close: () => socket.close(1000),
    onmessage: () => undefined,
    onclose: () => undefined,
  };
  socket.onmessage = ({ data }) => {
    if (data instanceof ArrayBuffer) line.onmessage(new Uint8Array(data));
  };
  socket.onclose = ({ code }) => line.onclose(code);
  socket.onerror = null;
  return line;
}
