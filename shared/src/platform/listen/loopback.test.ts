import { once } from 'node:events';
import { connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { listenOnLoopback } from './loopback.ts';

describe('a listener on loopback', () => {
  it('takes connections on this machine only, and keeps their output open after their input has ended', async () => {
    const listener = await listenOnLoopback({
      port: 0,
      most: 4,
      onConnection: (one) => void text(one).then((said) => one.end(`heard ${said}`)),
    });
    expect(listener.host).toBe('127.0.0.1');
    const client = connect(listener.port, '127.0.0.1');
    client.end('hello');
    expect(await text(client)).toBe('heard hello');
    await expect.poll(() => listener.open).toBe(0);
    await listener.close();
    const [refused] = await once(connect(listener.port, '127.0.0.1'), 'error');
    expect(refused).toMatchObject({ code: 'ECONNREFUSED' });
  });

  it('closes what is more than it takes, and cuts all at its end', async () => {
    const listener = await listenOnLoopback({ port: 0, most: 1, onConnection: (one) => one.resume() });
    const first = connect(listener.port, '127.0.0.1');
    await once(first, 'connect');
    await expect.poll(() => listener.open).toBe(1);
    const second = connect(listener.port, '127.0.0.1');
    second.on('error', () => undefined);
    await once(second, 'close');
    expect(listener.open).toBe(1);
    first.on('error', () => undefined);
    await Promise.all([once(first, 'close'), listener.close()]);
  });

  it('says which port is in use', async () => {
    const first = await listenOnLoopback({ port: 0, most: 1, onConnection: (one) => one.destroy() });
    await expect(listenOnLoopback({ port: first.port, most: 1, onConnection: (one) => one.destroy() })).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(String(first.port)),
    });
    await first.close();
  });
});
