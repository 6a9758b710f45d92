import { MASK } from '@deployment-engine/shared/platform';

const SECRET_KEY =
  /(?:pass(?:word|wd|phrase)?|secret|token|credential|api_?key|access_?key|private_?key|authorization|cookie|bearer|webhook_url|routing_key|service_key)/i;

/** Whether a setting of this name holds a secret rather than, say, the file of one. */
export function isSecretName(name: string): boolean {
  return SECRET_KEY.test(name) && !/(?:_file|_path|_type|_ref)$/i.test(name);
}

/** User name and password of a URL, wherever one stands in the text. */
export function withoutUserInfo(text: string): string {
  return text.replace(/([a-z][a-z\d+.-]*:\/\/)[^/\s@"']*@/gi, `$1${MASK}@`);
}

/** A server masks what it knows as secret; headers, parameters and URLs of the configuration it prints as they are. */
export function maskYaml(yaml: string): string {
  const out: string[] = [];
  let inside: number | undefined;
  for (const line of yaml.split('\n')) {
    const indent = line.search(/\S/);
    if (inside !== undefined && (indent > inside || (indent === inside && line.trimStart().startsWith('- ')))) continue;
    inside = undefined;
    const pair = /^(\s*(?:- )?)(["']?)([\w.-]+)\2:(\s.*)?$/.exec(line);
    const value = pair?.[4]?.trim() ?? '';
    if (pair && isSecretName(pair[3]!) && value !== '<secret>' && !/^(?:true|false|null)$/.test(value)) {
      out.push(`${pair[1]}${pair[3]}: ${MASK}`);
      // a block below, or a text over several lines, belongs to the secret
      inside = indent + (pair[1]!.endsWith('- ') ? 2 : 0);
    } else out.push(withoutUserInfo(line));
  }
  return out.join('\n');
}
