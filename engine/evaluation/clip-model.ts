import type { StoredRows } from '../embeddings/embedding.js';
import { poolOverSpans } from '../embeddings/pool.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';

/** A model that is evaluated: makes segments of a clip's picture and of its music comparable. */
export type ClipModel<Clip> = {
	/** For reports. */
	readonly id: string;
	/** One row a segment. */
	readonly picture: (clip: Clip, segments: readonly Span[]) => Promise<Matrix32>;
	readonly music: (clip: Clip, segments: readonly Span[]) => Promise<Matrix32>;
	/** For models in which music is told apart within a pool: the rows of all its music, made comparable with pictures. */
	readonly place?: (music: StoredRows) => Matrix32;
};

/** Features of a clip as a model of this kind reads them. */
type ClipFeatures = Readonly<Record<'picture' | 'music', { readonly features: Matrix32 }>>;

/** The model that runs mean features of segments through two branches (paper, section III). */
export const poolingModel = (
	id: string,
	runPicture: (features: Matrix32) => Promise<Matrix32>,
	runMusic: (features: Matrix32) => Promise<Matrix32>,
): ClipModel<ClipFeatures> => ({
	id,
	picture: ({ picture }, segments) => runPicture(poolOverSpans(picture.features, segments)),
	music: ({ music }, segments) => runMusic(poolOverSpans(music.features, segments)),
});
