/**
 * What picture and music are compared by where nobody chose: the id of a file in `models/`, or of `affect`. Another model becomes
 * the default by its file being put there and its id here; `models/README.md` says what it was measured by.
 */
export const DEFAULT_MODEL = 'seg-vm-net-ce25c0bc';
