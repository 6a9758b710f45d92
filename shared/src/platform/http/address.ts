import ipaddr from 'ipaddr.js';

/** What kind of place an IP address names. Only `public` may be reached by a URL that nobody in charge of this installation wrote down. */
export type AddressKind =
  | 'public'
  | 'loopback'
  | 'private'
  | 'link_local'
  | 'carrier_nat'
  | 'unique_local'
  | 'multicast'
  | 'unspecified'
  | 'metadata'
  | 'tunnel'
  | 'reserved'
  | 'invalid';

/**
 * Addresses of cloud metadata and host services. Most also lie in a range refused below; the Azure one (168.63.129.16) looks public,
 * and the others are named so that the refusal says what they are.
 */
const METADATA = new Set([
  '169.254.169.254',
  '169.254.170.2',
  '169.254.170.23',
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
]);

const KIND_OF_RANGE: Readonly<Record<string, AddressKind>> = {
  unicast: 'public',
  loopback: 'loopback',
  private: 'private',
  linkLocal: 'link_local',
  carrierGradeNat: 'carrier_nat',
  uniqueLocal: 'unique_local',
  multicast: 'multicast',
  unspecified: 'unspecified',
  broadcast: 'reserved',
};

const embeddedIn = (high: number, low: number): string => `${high >> 8}.${high & 0xff}.${low >> 8}.${low & 0xff}`;

const kindOfV6 = (address: ipaddr.IPv6): AddressKind => {
  const [p0 = 0, p1 = 0, , , p4 = 0, p5 = 0, p6 = 0, p7 = 0] = address.parts;
  const range = address.range();
  // These two forms reach the embedded IPv4 address itself, so they are exactly as public as it is (RFC 4291 §2.5.5.2, RFC 6052 §2.1).
  if (range === 'ipv4Mapped') return addressKind(embeddedIn(p6, p7));
  if (p0 === 0x64 && p1 === 0xff9b && range === 'rfc6052' && address.parts[2] === 0) return addressKind(embeddedIn(p6, p7));
  // 6to4 and Teredo reach an address that an outsider chose through a relay; both are deprecated and nothing needs them.
  if (range === '6to4' || range === 'teredo' || range === 'rfc6145' || range === 'rfc6052') return 'tunnel';
  if (range !== 'unicast') return KIND_OF_RANGE[range] ?? 'reserved';
  // ISATAP (RFC 5214 §6.1) embeds an IPv4 address in the interface identifier of an ordinary prefix.
  if ((p4 === 0 || p4 === 0x200) && p5 === 0x5efe) return 'tunnel';
  // Global unicast is 2000::/3 (RFC 4291 §2.4). Everything else, the IPv4-compatible ::a.b.c.d among it, is not a public host.
  return p0 >> 13 === 1 ? 'public' : 'reserved';
};

const parseAddress = (text: string): ipaddr.IPv4 | ipaddr.IPv6 | undefined => {
  // Loose IPv4 spellings (octal, decimal) are WHATWG URL's to normalise; here only the canonical four-part form may pass.
  if (!text.includes(':')) return ipaddr.IPv4.isValidFourPartDecimal(text) ? ipaddr.IPv4.parse(text) : undefined;
  // A dotted tail goes through WHATWG too: ipaddr.js reads ::a.b.c.d as if it were ::ffff:a.b.c.d, a socket does not.
  const url = `http://[${text}]/`;
  return URL.canParse(url) ? ipaddr.IPv6.parse(new URL(url).hostname.slice(1, -1)) : undefined;
};

/**
 * Classifies an IP address in text form. A form that does not parse is `invalid`, never `public`.
 * Ranges: the IANA special-purpose registries of IPv4 and IPv6.
 */
export const addressKind = (text: string): AddressKind => {
  const bare = text.replace(/^\[|\]$/g, '').replace(/%.*$/, '');
  const address = parseAddress(bare);
  if (address === undefined) return 'invalid';
  if (METADATA.has(address.toString())) return 'metadata';
  return address.kind() === 'ipv6' ? kindOfV6(address as ipaddr.IPv6) : (KIND_OF_RANGE[(address as ipaddr.IPv4).range()] ?? 'reserved');
};

/** Whether a URL's host (as WHATWG URL gives it, brackets allowed) is an IP address rather than a name. */
export const isAddress = (host: string): boolean => addressKind(host) !== 'invalid';
