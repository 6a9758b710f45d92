export {
  copy,
  entriesOf,
  type Facts,
  factsOf,
  type Kind,
  kindBehind,
  makeFolder,
  realPath,
  removeEmptyFolder,
  removeFile,
  sizeAndAge,
} from './disk.ts';
