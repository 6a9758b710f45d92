// Cleaning a log of 64 KB, clean or with a secret and a terminal sequence, against the regular expressions one would write for it.
import { strict as assert } from 'node:assert';
import { guardText } from '@deployment-engine/native';
import type { Comparison } from '../native.ts';

const SECRETS: readonly [kind: string, form: RegExp][] = [
  ['aws_access_key', /(?<![A-Za-z0-9])A(?:KIA|SIA|BIA|CCA)[A-Z0-9]{16}(?!\w)/g],
  ['github_token', /(?<![A-Za-z0-9])(?:gh[pousr]_[A-Za-z0-9]{30,}|github_pat_\w{30,})/g],
  ['slack_token', /(?<![A-Za-z0-9])(?:xox[abeprs][-.][\w-]{10,}|xapp-[\w-]{20,})/g],
  ['jwt', /(?<![\w-])eyJ[\w-]{9,}\.eyJ[\w-]{7,}\.[\w-]{16,}/g],
  ['google_api_key', /(?<![A-Za-z0-9])AIza[\w-]{35,}/g],
  ['stripe_key', /(?<![A-Za-z0-9])[sr]k_live_[A-Za-z0-9]{16,}/g],
  ['npm_token', /(?<![A-Za-z0-9])npm_[A-Za-z0-9]{36,}/g],
  ['gitlab_token', /(?<![A-Za-z0-9])glpat-[\w-]{20,}/g],
  ['anthropic_key', /(?<![\w-])sk-ant-[\w-]{20,}/g],
  ['private_key', /-----BEGIN [A-Z ]*PRIVATE KEY-----[^"]*?-----END [A-Z ]*PRIVATE KEY-----/g],
  ['url_password', /(?<=[a-z0-9]:\/\/[^\s/@:]*:)[^\s/@]+(?=@)/gi],
  ['password', /(?<=(?:password|passwd|passphrase|pwd)["']?\s{0,8}[=:]\s{0,8}["']?)[^\s"'`,;&<>}|]{4,}/gi],
  ['credential', /(?<=(?:api_?key|access_?token|client_?secret)["']?\s{0,8}[=:]\s{0,8}["']?)[\w.~+/=-]{16,}/gi],
  ['authorization', /(?<=authorization["']?\s{0,8}:\s{0,8}["']?(?:bearer|basic|token)\s+)[\w.~+/=-]{8,}/gi],
];
const UNSEEN =
  // oxlint-disable-next-line no-control-regex -- that is what is looked for
  /\u001b\[[0-9;?]*[ -/]*[@-~]|[\0-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff]/g;

const LINE = '2026-11-22T10:15:30Z INFO  api request id=3f786850e387550f path=/v1/containers status=200 took=12ms\n';
const clean = LINE.repeat(655);
const dirty = `${clean}seen ghp_${'a1B2'.repeat(9)} \u001b[31mred\u001b[0m\n${clean.slice(0, 1_000)}`;

function plainly(bytes: Uint8Array): string | undefined {
  const text = new TextDecoder().decode(bytes);
  let cleaned = text.replace(UNSEEN, '');
  for (const [kind, form] of SECRETS) cleaned = cleaned.replace(form, `[masked:${kind}]`);
  return cleaned === text ? undefined : cleaned;
}

export function comparisons(): Comparison[] {
  return Object.entries({ guard_clean_64k: clean, guard_dirty_64k: dirty }).map(([name, text]) => {
    const bytes = new TextEncoder().encode(text);
    return {
      name,
      native: () => guardText(bytes, { json: false }),
      plain: () => plainly(bytes),
      same: (native, plain) => {
        const guarded = native as ReturnType<typeof guardText>;
        assert.equal(guarded.clean ? undefined : Buffer.from(guarded.bytes).toString(), plain);
      },
    };
  });
}
