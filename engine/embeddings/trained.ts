import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import type { Embedding } from './embedding.js';
import { poolOverSpans } from './pool.js';

/** Runs one branch of a trained network: segment features in, unit embeddings out. */
export type BranchRunner = (features: Matrix32) => Promise<Matrix32>;

/** Segments as a trained Seg-VM-Net embeds them: mean features through its branches. `id` names the weights. */
export const trainedEmbedding = (
	id: string,
	size: number,
	runVideo: BranchRunner,
	runMusic: BranchRunner,
): Embedding => ({
	id,
	storedDimensions: size,
	describeTrack: async (track: TrackAnalysis, sections: readonly Span[]) =>
		runMusic(poolOverSpans(track.features, sections)),
	embedCut: (cut: CutAnalysis, segments: readonly Span[]) => runVideo(poolOverSpans(cut.features, segments)),
	place: stored => stored.vectors,
});
