import type { CutAnalysis } from '../features/cut-analysis.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Matrix32 } from '../numeric/matrix.js';
import type { Span } from '../time/time.js';
import type { Embedding } from './embedding.js';
import type { ModelCard } from './model-file.js';
import { poolOverSpans } from './pool.js';
import { type Architecture, embeddingSize } from './seg-vm-net.js';
import { MUSIC_FEATURES, PICTURE_FEATURES } from './segment-features.js';

/** Runs one branch of a trained network: segment features in, unit embeddings out. */
export type BranchRunner = (features: Matrix32) => Promise<Matrix32>;

/**
 * Segments as a trained Seg-VM-Net embeds them: mean features through its branches.
 *
 * @param id - names the weights
 * @throws RangeError for a model whose features are not made from media here, or are others in number
 */
export const trainedEmbedding = (
	id: string,
	{ pictureFeatures, musicFeatures }: Pick<ModelCard, 'pictureFeatures' | 'musicFeatures'>,
	architecture: Architecture,
	runVideo: BranchRunner,
	runMusic: BranchRunner,
): Embedding => {
	const picture = PICTURE_FEATURES[pictureFeatures];
	const music = MUSIC_FEATURES[musicFeatures];
	const { inputs } = architecture;
	if (picture?.columns !== inputs.video) {
		throw new RangeError(`it takes ${inputs.video} picture features ${pictureFeatures}, which Segue does not make`);
	}
	if (music?.columns !== inputs.music) {
		throw new RangeError(`it takes ${inputs.music} music features ${musicFeatures}, which Segue does not make`);
	}
	return {
		id,
		comparesStored: true,
		storedDimensions: embeddingSize(architecture),
		describeTrack: async (track: TrackAnalysis, sections: readonly Span[]) =>
			runMusic(poolOverSpans(music.of(track), sections)),
		embedCut: (cut: CutAnalysis, segments: readonly Span[]) => runVideo(poolOverSpans(picture.of(cut), segments)),
		place: stored => stored.vectors,
	};
};
