import type { Embedding } from '../embeddings/embedding.js';
import type { TrackAnalysis } from '../features/track-analysis.js';
import { EngineError } from '../protocol/errors.js';
import type { Catalog, EmbeddedSections } from './catalog.js';

/**
 * Gives every track of the catalogue vectors in a space, from its stored analysis and without reading its file. What is done
 * stays done, so a run that was stopped goes on from there. Tracks whose analysis is damaged, or of a version that can't be
 * read, get theirs when they are analysed again.
 *
 * @throws EngineError 'cancelled' once `signal` has aborted
 */
export const embedCatalogue = async (
	catalog: Pick<Catalog, 'withoutVectors' | 'get' | 'recall' | 'putVectors'>,
	embedding: Embedding,
	onProgress: (done: number, total: number) => void,
	signal?: AbortSignal,
): Promise<void> => {
	const missing = await catalog.withoutVectors(embedding.id);
	for (const [done, id] of missing.entries()) {
		if (signal?.aborted) throw new EngineError('cancelled', 'Embedding the catalogue was cancelled.');
		onProgress(done, missing.length);
		const track = await catalog.get(id);
		const analysis = track && (await catalog.recall(track.contentHash));
		if (analysis) await catalog.putVectors(id, embedding.id, await embeddedSections(embedding, analysis));
	}
	onProgress(missing.length, missing.length);
};

export const embeddedSections = async (embedding: Embedding, analysis: TrackAnalysis): Promise<EmbeddedSections> => {
	const spans = analysis.sections.map(({ start, end }) => ({ start, end }));
	return { spans, vectors: await embedding.describeTrack(analysis, spans) };
};
