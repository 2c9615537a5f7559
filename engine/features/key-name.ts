import type { Key } from './track-analysis.js';

/** The name that a key signature with few sharps or flats gives. */
const TONICS = {
	major: ['C', 'D♭', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'A♭', 'A', 'B♭', 'B'],
	minor: ['C', 'C♯', 'D', 'E♭', 'E', 'F', 'F♯', 'G', 'G♯', 'A', 'B♭', 'B'],
} as const;

/** As musicians write it: F♯ minor. */
export const keyName = ({ tonic, mode }: Pick<Key, 'tonic' | 'mode'>): string => `${TONICS[mode][tonic]} ${mode}`;
