/** Of the command line and of the hub. */
export const VERSION = '0.1.0';
