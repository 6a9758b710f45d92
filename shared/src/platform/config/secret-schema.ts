import { z } from 'zod';
import { Secret } from './secret.ts';

/** A configuration value that is text in the file (usually by `$env` or `$file`) and a {@link Secret} in the program. */
export function secretText() {
  return z
    .string()
    .min(1, 'must not be empty')
    .transform((value) => new Secret(value));
}
