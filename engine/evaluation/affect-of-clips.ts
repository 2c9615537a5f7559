import { affect, placePictures } from '../embeddings/affect.js';
import { MUSIC_DESCRIPTORS } from '../embeddings/music-descriptors.js';
import { PICTURE_DESCRIPTORS } from '../embeddings/picture-descriptors.js';
import { poolOverSpans } from '../embeddings/pool.js';
import { type Matrix32, row, zeros32 } from '../numeric/matrix.js';
import type { ClipModel } from './clip-model.js';

/**
 * {@link affect} of clips whose features are descriptors, second by second. A segment's descriptors are means of its
 * seconds', so it differs from the product's in two: how much the level changes within a second stands for how much it changes
 * within the segment, and cuts are counted around every second instead of around the middle.
 */
export const affectOfClips: ClipModel<Readonly<Record<'picture' | 'music', { readonly features: Matrix32 }>>> = {
	id: `${affect.id}, from descriptors of seconds`,
	picture: async ({ picture }, segments) =>
		placePictures(firstColumns(poolOverSpans(picture.features, segments), PICTURE_DESCRIPTORS.length), segments),
	music: async ({ music }, segments) => firstColumns(poolOverSpans(music.features, segments), MUSIC_DESCRIPTORS.length),
	place: affect.place,
};

/** What comes after them is how far they are from their mean. */
const firstColumns = (matrix: Matrix32, count: number): Matrix32 => {
	const first = zeros32(matrix.rows, count);
	for (let r = 0; r < matrix.rows; r++) first.data.set(row(matrix, r).subarray(0, count), r * count);
	return first;
};
