import { describe, expect, it } from 'vitest';
import { addressKind, isAddress } from './address.ts';

describe('addressKind', () => {
  it.each([
    ['8.8.8.8', 'public'],
    ['1.1.1.1', 'public'],
    ['2606:4700:4700::1111', 'public'],
    ['[2606:4700:4700::1111]', 'public'],
    ['127.0.0.1', 'loopback'],
    ['127.255.255.254', 'loopback'],
    ['::1', 'loopback'],
    ['[::1]', 'loopback'],
    ['10.1.2.3', 'private'],
    ['172.16.0.1', 'private'],
    ['172.31.255.255', 'private'],
    ['192.168.1.1', 'private'],
    ['169.254.1.1', 'link_local'],
    ['fe80::1', 'link_local'],
    ['fe80::1%eth0', 'link_local'],
    ['100.64.0.1', 'carrier_nat'],
    ['fd12:3456::1', 'unique_local'],
    ['224.0.0.1', 'multicast'],
    ['ff02::1', 'multicast'],
    ['0.0.0.0', 'unspecified'],
    ['0.1.2.3', 'unspecified'],
    ['::', 'unspecified'],
    ['255.255.255.255', 'reserved'],
    ['240.0.0.1', 'reserved'],
    ['192.0.2.1', 'reserved'],
    ['198.18.0.1', 'reserved'],
    ['203.0.113.9', 'reserved'],
    ['2001:db8::1', 'reserved'],
    ['3fff::1', 'reserved'],
    ['100::1', 'reserved'],
    ['fec0::1', 'reserved'],
    ['5f00::1', 'reserved'],
    ['4000::1', 'reserved'],
    ['169.254.169.254', 'metadata'],
    ['168.63.129.16', 'metadata'],
    ['100.100.100.200', 'metadata'],
    ['192.0.0.192', 'metadata'],
    ['fd00:ec2::254', 'metadata'],
    ['fd00:0ec2:0:0:0:0:0:254', 'metadata'],
    ['fd20:ce::254', 'metadata'],
  ])('%s is %s', (address, kind) => expect(addressKind(address)).toBe(kind));

  it.each([
    ['::ffff:127.0.0.1', 'loopback'],
    ['::ffff:7f00:1', 'loopback'],
    ['::ffff:10.0.0.1', 'private'],
    ['::ffff:a9fe:a9fe', 'metadata'],
    ['::ffff:8.8.8.8', 'public'],
    ['64:ff9b::8.8.8.8', 'public'],
    ['64:ff9b::7f00:1', 'loopback'],
    ['64:ff9b::169.254.169.254', 'metadata'],
    ['64:ff9b:1::8.8.8.8', 'tunnel'],
    ['2002:7f00:1::', 'tunnel'],
    ['2002:808:808::1', 'tunnel'],
    ['2001:0:4136:e378:8000:63bf:3fff:fdd2', 'tunnel'],
    ['::ffff:0:127.0.0.1', 'tunnel'],
    ['2606:4700::5efe:7f00:1', 'tunnel'],
    ['2606:4700::200:5efe:10.0.0.1', 'tunnel'],
    ['::127.0.0.1', 'reserved'],
    ['::8.8.8.8', 'reserved'],
  ])('%s, which embeds an IPv4 address, is %s', (address, kind) => expect(addressKind(address)).toBe(kind));

  it.each(['', 'example.com', '1.2.3', '0x7f.0.0.1', '2130706433', '017700000001', '127.0.0.01', '1.2.3.4.5', ':::1', '[::1'])(
    '%j is no canonical address',
    (text) => {
      expect(addressKind(text)).toBe(text === '[::1' ? 'loopback' : 'invalid');
    },
  );

  it('tells names from addresses', () => {
    expect(isAddress('127.0.0.1')).toBe(true);
    expect(isAddress('[::1]')).toBe(true);
    expect(isAddress('localhost')).toBe(false);
  });
});
