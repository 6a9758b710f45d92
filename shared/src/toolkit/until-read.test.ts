import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { untilRead } from './until-read.ts';

/** More than what a system keeps for a reader. */
const MUCH = Buffer.alloc(4_000_000, 'x');

let folder: string;
let server: Server;
let output: Socket;
let reader: Socket;
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'read-'));
  const path = process.platform === 'win32' ? `\\\\.\\pipe\\${folder.replaceAll(/\W/g, '')}` : join(folder, 's');
  server = createServer({ pauseOnConnect: true }).listen(path);
  output = connect(path);
  [reader] = (await once(server, 'connection')) as [Socket];
});
afterEach(() => {
  output.destroy();
  reader.destroy();
  server.close();
  rmSync(folder, { recursive: true, force: true });
});

it('waits for a reader who is slow, as long as something is read', async () => {
  const patienceMs = 1_000;
  output.write(MUCH);
  const began = performance.now();
  let settled = false;
  const read = untilRead({ streams: [output], patienceMs }).finally(() => (settled = true));
  let size = 0;
  const sips = setInterval(() => (size += (reader.read() as Buffer | null)?.length ?? 0), patienceMs / 10);
  await expect.poll(() => performance.now() - began, { timeout: 20_000 }).toBeGreaterThan(1.5 * patienceMs);
  expect(settled).toBe(false);
  clearInterval(sips);
  reader.on('data', (chunk: Buffer) => (size += chunk.length));
  reader.resume();
  expect(await read).toBe(true);
  await expect.poll(() => size).toBe(MUCH.length);
});

it('gives up on a reader who reads nothing', async () => {
  output.write(MUCH);
  expect(await untilRead({ streams: [output], patienceMs: 50 })).toBe(false);
});

it('gives up on a signal, and leaves no listener behind', async () => {
  const before = process.listenerCount('SIGTERM');
  output.write(MUCH);
  const read = untilRead({ streams: [output] });
  process.emit('SIGTERM');
  expect(await read).toBe(false);
  expect(process.listenerCount('SIGTERM')).toBe(before);
});

it('does not wait where nothing is left to read, or nobody is left to read it', async () => {
  expect(await untilRead({ streams: [output] })).toBe(true);
  output.on('error', () => undefined);
  reader.destroy();
  output.write(MUCH);
  expect(await untilRead({ streams: [output] })).toBe(true);
});
