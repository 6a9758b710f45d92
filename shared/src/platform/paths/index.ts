export { createRoots, ROOTS_VARIABLE, type Place, type ResolveOptions, type Roots, type RootsOptions, type RootsStatus } from './roots.ts';
export { confirmFolder, type FolderEntry, MOST_ENTRIES } from './folder-entries.ts';
export { readFolderInside } from './read-folder.ts';
export { readFileInside, type ReadInsideOptions } from './read-inside.ts';
export { checkOutputPath, OUTPUT_EXTENSIONS, writeFileInside, type WriteInsideOptions } from './write-inside.ts';
export { checkNewFolder, writeFolderInside } from './write-folder.ts';
export { formatOf, sameFormat, type Format } from './format.ts';
export { refuseHostileName } from './names.ts';
