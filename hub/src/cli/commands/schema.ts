import { EXIT } from '../failure.ts';
import { print } from '../print.ts';
import { configSchemaText } from '../schema.ts';

export async function schema(): Promise<number> {
  print(await configSchemaText());
  return EXIT.ok;
}
