/** The installed git. */
export interface Program {
  file: string;
  /** The PATH that it runs with. */
  path: string;
}
