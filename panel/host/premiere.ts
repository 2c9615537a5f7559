import type { premierepro } from '@adobe/premierepro';

/** Premiere's own interface. This file alone asks for it, so that all others can be given another one. */
export const premiere = (): premierepro => require('premierepro');
