import { isBuilt, isUnsettled, type Listing, open, type Opened, readShippedJson } from '@deployment-engine/shared/start';

/** What may change the list, or be wrong. */
const SETTINGS = ['DEPLOYMENT_ENGINE_PROFILE', 'DEPLOYMENT_ENGINE_READ_ONLY'];

/** Answers the opening of a client that starts the hub with its defaults, before the hub is there; undefined: the hub must look first. */
export async function openEarly(argv: readonly string[]): Promise<Opened | undefined> {
  const [command, transport] = argv;
  const plain = argv.length === 2 && command === 'hub' && transport === '--stdio';
  if (!isBuilt || !plain || isUnsettled(process.env) || SETTINGS.some((name) => process.env[name])) return undefined;
  return open(readShippedJson(import.meta.resolve('@deployment-engine/hub/tools.json')) as Listing);
}
