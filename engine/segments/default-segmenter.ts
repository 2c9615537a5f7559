import type { Matrix } from '../numeric/matrix.js';
import { olda } from './olda.js';
import type { Segmenter } from './segmenter.js';
import { withoutShortSections } from './without-short-sections.js';

/**
 * Shorter sections are of no use in an edit, and hardly ever true: in `npm run bench -- sections`, leaving them out takes
 * nothing from the recall of OLDA within 3 s (0.91) and raises its precision from 0.48 to 0.56.
 */
const SHORTEST_SECTION = 4;

/**
 * What the product uses where nobody asks for another: OLDA without sections shorter than 4 s. On 24 medleys of five
 * passages of the demo's tracks, cut at random points (`npm run bench -- sections`), it finds 0.78 of the joins within
 * 0.5 s, where Foote finds 0.22, SF 0.09, SF with the nearest neighbours 0.22 and chance none; within 3 s it finds 0.91,
 * the others 0.72, 0.50, 0.63 and 0.25. More of its boundaries are no joins (precision 0.56 against Foote's 0.63), which
 * medleys can't judge, as their passages have sections of their own.
 *
 * @param transform - OLDA's, 94 × 94, from the models folder
 */
export const defaultSegmenter = (transform: Matrix): Segmenter =>
	withoutShortSections(olda(transform), SHORTEST_SECTION);
