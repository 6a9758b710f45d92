import { MASK } from '@deployment-engine/shared/platform';
import { describe, expect, it } from 'vitest';
import { isSecretName, maskYaml, withoutUserInfo } from './secrets.ts';

describe('secrets of a configuration', () => {
  it('knows names of secrets, and names of files that hold them', () => {
    for (const name of ['password', 'bearer_token', 'api_key', 'Authorization', 'client_secret', 'pagerduty_routing_key'])
      expect(isSecretName(name), name).toBe(true);
    for (const name of ['password_file', 'bearer_token_file', 'job_name', 'key_file', 'monkey'])
      expect(isSecretName(name), name).toBe(false);
  });

  it('takes user names and passwords out of URLs', () => {
    expect(withoutUserInfo('url: https://ada:hunter2@push.example/api, http://plain.example')).toBe(
      `url: https://${MASK}@push.example/api, http://plain.example`,
    );
  });

  it('masks values, blocks and texts over several lines, and nothing else', () => {
    const yaml = [
      'remote_write:',
      '- url: https://u:p@push.example',
      '  headers:',
      '    Authorization: Token abc',
      '    X-Plain: yes',
      '  basic_auth:',
      '    username: ada',
      '    password: <secret>',
      '  params:',
      '    api_key:',
      '    - k1',
      '    - k2',
      '    match: [up]',
      '  tls_config:',
      '    client_secret: |',
      '      line one',
      '      line two',
      '    insecure_skip_verify: false',
      '- bearer_token: abc',
      '  job_name: api',
    ].join('\n');
    const masked = maskYaml(yaml);
    for (const secret of ['u:p', 'abc', 'k1', 'k2', 'line one', 'line two']) expect(masked).not.toContain(secret);
    for (const kept of [
      'X-Plain: yes',
      'username: ada',
      'password: <secret>',
      'match: [up]',
      'insecure_skip_verify: false',
      'job_name: api',
    ])
      expect(masked).toContain(kept);
  });
});
