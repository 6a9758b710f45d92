import { describe, expect, it } from 'vitest';
import { demandAllowed } from './chart.ts';

const ALLOWED = ['https://charts.example/stable', 'oci://registry.example/team'];

describe('addresses of charts', () => {
  it.each(['https://charts.example/stable', 'https://charts.example/stable/redis-1.tgz', 'oci://registry.example/team/web'])(
    '%s is allowed',
    (address) => {
      expect(() => demandAllowed(address, ALLOWED)).not.toThrow();
    },
  );

  it.each([
    'https://charts.example/stable-evil/x.tgz',
    'https://charts.example/',
    'https://charts.example.evil/stable/x.tgz',
    'https://charts.example:8443/stable/x.tgz',
    'http://charts.example/stable/x.tgz',
    'https://charts.example/stable/../private/x.tgz',
    'https://charts.example/stable/%2e%2e/private/x.tgz',
    'https://charts.example/stable/..%2fprivate/x.tgz',
    'oci://registry.example/teamwork/web',
    'oci://registry.example/team/../web',
  ])('%s is refused', (address) => {
    expect(() => demandAllowed(address, ALLOWED)).toThrow(expect.objectContaining({ code: 'forbidden' }) as Error);
  });

  it.each(['file:///etc', 'https://ada:secret@charts.example/stable/x.tgz', 'not an address', 'git+https://charts.example/stable'])(
    '%s is no address of a chart',
    (address) => {
      expect(() => demandAllowed(address, ALLOWED)).toThrow(expect.objectContaining({ code: 'invalid_input' }) as Error);
    },
  );

  it('none is allowed where the operator lists none', () => {
    expect(() => demandAllowed('https://charts.example/a', [])).toThrow(/does not allow/);
  });
});
