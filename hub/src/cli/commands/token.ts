import { ownerToken, ownerTokenFile, stateHome } from '@deployment-engine/shared/platform';
import { EXIT } from '../failure.ts';
import { print } from '../print.ts';

export async function token(flags: { path?: boolean }): Promise<number> {
  const home = stateHome();
  print(flags.path ? ownerTokenFile(home) : await ownerToken(home));
  return EXIT.ok;
}
