import { termNames } from '../protocol/crop.js';

/** What speaks for or against a crop. The reasons that are shown are these and no others. */
export const TERMS = termNames;
export type Term = (typeof TERMS)[number];

export type TermValues = Readonly<Record<Term, number>>;

/**
 * How much each term counts. All are in deviations of their own spread over crops, so a weight says how many deviations of
 * the sum one of the term is worth. Ours; measured with `npm run bench -- real-edits` and `npm run bench -- crops`.
 *
 * - movement: motion and cutting of the picture with level and onsets of the music ({@link dynamicsAgreement})
 * - content: distance of the embedded segments to the music under them, negated
 * - accents: cuts on onsets, against chance ({@link cutsOnOnsets})
 * - beats: distances of cuts to beats, against chance, by the strength of the beat ({@link cutsOnBeats})
 * - rises: the energy of the music rising when the picture's does ({@link risesTogether})
 * - phrases: starting where a phrase starts, ending where one ends or as the song does ({@link phraseAgreement})
 * - voices: singing under speech, against it ({@link voicesApart})
 * - wishes: how far the track is what was asked for ({@link wishesOf}); counts for nothing where nothing was
 * - joins: how plainly the joins are heard, against it
 */
export const TERM_WEIGHTS: TermValues = {
	movement: 1,
	content: 0.3,
	accents: 0.3,
	beats: 0.1,
	rises: 0.2,
	phrases: 0.1,
	voices: 0.3,
	joins: 0.3,
	wishes: 1,
};
