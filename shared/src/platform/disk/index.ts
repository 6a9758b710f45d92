export {
  bytesOf,
  copy,
  entriesOf,
  type Facts,
  factsOf,
  type Kind,
  kindBehind,
  makeTemporaryFolder,
  realPath,
  removeFile,
  removeFolder,
} from './disk.ts';
export { type PrivateFolder, withPrivateFolder } from './private-folder.ts';
