export { readTextFile, replaceTextFile, type Replaced, type ReplaceOptions, type TextFile } from './text-file.ts';
