import { createHash } from 'node:crypto';
import { connect } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Secret } from '@deployment-engine/shared/platform';
import ssh2 from 'ssh2';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { dockerSuite, soon } from '../testing/fixture.ts';
import { parseAddress } from './address.ts';
import { Engine } from './engine.ts';
import { engineVersion } from './system.ts';

const hostKey = ssh2.utils.generateKeyPairSync('ed25519');
const userKey = ssh2.utils.generateKeyPairSync('ed25519');
const fingerprint = (publicKey: string) =>
  `SHA256:${createHash('sha256')
    .update(Buffer.from(publicKey.split(' ')[1] ?? '', 'base64'))
    .digest('base64')
    .replace(/=$/, '')}`;

dockerSuite('an engine over ssh', (bench) => {
  const commands: string[] = [];
  // what sshd and `docker system dial-stdio` do on a real host
  const sshd = new ssh2.Server({ hostKeys: [hostKey.private] }, (client) => {
    client.on('error', () => undefined);
    client.on('authentication', (context) => {
      if (context.method === 'publickey' && context.key.data.equals(Buffer.from(userKey.public.split(' ')[1] ?? '', 'base64')))
        context.accept();
      else context.reject(['publickey']);
    });
    client.on('session', (accept) => {
      accept().on('exec', (acceptExec, _reject, { command }) => {
        commands.push(command);
        const channel = acceptExec();
        const engine = connect(bench.backend.socketPath);
        engine.on('error', () => channel.close());
        channel.pipe(engine).pipe(channel);
      });
    });
  });
  let address: string;
  beforeAll(async () => {
    await new Promise<void>((resolve) => void sshd.listen(0, '127.0.0.1', resolve));
    address = `ssh://ada@127.0.0.1:${(sshd.address() as AddressInfo).port}`;
  });
  afterAll(() => void sshd.close());

  const engine = (hostKeyPrint: string) =>
    new Engine('far', parseAddress({ host: address, ssh: { hostKey: hostKeyPrint, privateKey: new Secret(userKey.private) } }, 'test'));

  it('answers when the key of the host is the expected one', async () => {
    expect(await engineVersion(engine(fingerprint(hostKey.public)), soon())).toMatchObject({ ApiVersion: expect.any(String) });
    expect(commands).toEqual(['docker system dial-stdio']);
  });

  it('is not spoken to when it is another', async () => {
    commands.length = 0;
    await expect(engineVersion(engine(fingerprint(userKey.public)), soon())).rejects.toMatchObject({ code: 'unavailable' });
    expect(commands).toEqual([]);
  });
});
