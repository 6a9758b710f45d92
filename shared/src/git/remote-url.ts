import { isAbsolute } from 'node:path';

/** Where a remote's URL leads, by the rules of git's transport (git-fetch(1), GIT URLS). */
export type RemotePlace =
  | { kind: 'network'; protocol: 'https' | 'http' | 'ssh' | 'git'; host: string; port: number }
  | { kind: 'local'; path: string }
  | { kind: 'unsupported'; protocol: string };

const PORTS = { https: 443, http: 80, ssh: 22, git: 9418 } as const;
const NETWORK: Readonly<Record<string, keyof typeof PORTS>> = {
  https: 'https',
  http: 'http',
  ssh: 'ssh',
  'git+ssh': 'ssh',
  'ssh+git': 'ssh',
  git: 'git',
};

const unsupported = (protocol: string): RemotePlace => ({ kind: 'unsupported', protocol });

/** @param base the folder that relative paths start from: the top of the working tree, or the bare repository */
export function placeOfRemote(url: string, base: string): RemotePlace {
  // <helper>::<address> runs git-remote-<helper> (gitremote-helpers(7)); ext:: and fd:: are of this form.
  const helper = /^([A-Za-z0-9+.-]+)::/.exec(url);
  if (helper) return unsupported(`${helper[1]}::`);
  const scheme = /^([A-Za-z0-9][A-Za-z0-9+.-]*):\/\//.exec(url)?.[1]?.toLowerCase();
  if (scheme === 'file') return localOf(url);
  if (scheme !== undefined) return networkOf(url, scheme);
  const dosDrive = process.platform === 'win32' && /^[A-Za-z]:/.test(url);
  // scp form: a colon before any slash
  if (!dosDrive && /^[^/]*:/.test(url)) return scpOf(url);
  // not path.resolve: it would take `..` textually, git takes it after links
  return url === '' ? unsupported('an empty URL') : { kind: 'local', path: isAbsolute(url) ? url : `${base}/${url}` };
}

function localOf(url: string): RemotePlace {
  try {
    const path = decodeURIComponent(url.slice('file://'.length));
    if (process.platform === 'win32' && /^\/[A-Za-z]:/.test(path)) return { kind: 'local', path: path.slice(1) };
    return path.startsWith('/') && !path.startsWith('//') ? { kind: 'local', path } : unsupported('file (with a host)');
  } catch {
    return unsupported('file');
  }
}

// Strict on purpose: what two parsers read differently (backslashes, a second @, spaces) is not read at all.
const AUTHORITY = /^[^:]+:\/\/(?:[^@/\\\s]*@)?(\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?(?:\/[^\\\s]*)?$/;
const SCP =
  /^(?:[^@:/\\\s[]+@)?(?:\[([0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*)\]|\[([A-Za-z0-9._-]+)(?::(\d{1,5}))?\]|([A-Za-z0-9._-]+)):[^\s]*$/;

function networkOf(url: string, scheme: string): RemotePlace {
  const protocol = NETWORK[scheme];
  const parts = AUTHORITY.exec(url);
  if (protocol === undefined || parts === null) return unsupported(scheme);
  return at(protocol, parts[1] ?? '', parts[2]);
}

function scpOf(url: string): RemotePlace {
  const parts = SCP.exec(url);
  if (parts === null) return unsupported('ssh');
  return at('ssh', parts[1] === undefined ? (parts[2] ?? parts[4] ?? '') : `[${parts[1]}]`, parts[3]);
}

function at(protocol: keyof typeof PORTS, host: string, port: string | undefined): RemotePlace {
  // WHATWG brings other spellings of an address (127.1, 0x7f000001) into the usual form.
  const asUrl = `http://${host}/`;
  if (!validHost(host) || !URL.canParse(asUrl)) return unsupported(protocol);
  return { kind: 'network', protocol, host: new URL(asUrl).hostname.replace(/^\[|\]$/g, ''), port: Number(port ?? PORTS[protocol]) };
}

/** git itself refuses a host that ssh could take for an option. */
function validHost(host: string): boolean {
  return /^[A-Za-z0-9_.:[\]-]+$/.test(host) && !host.startsWith('-');
}

/** The URL without user name, password, query and fragment, fit to be shown. */
export function redactedUrl(url: string): string {
  if (/^[A-Za-z0-9+.-]+::/.test(url)) return url.replace(/::.*/s, '::…');
  const cut = /^[A-Za-z0-9][A-Za-z0-9+.-]*:\/\//.test(url) ? url.replace(/[?#].*$/s, '') : url;
  return cut.replace(/^([A-Za-z0-9][A-Za-z0-9+.-]*:\/\/)[^/@]*@/, '$1');
}
