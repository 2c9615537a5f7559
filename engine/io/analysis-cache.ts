import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Awaitable } from '../jobs/catalog.js';

/** Analyses that were read lately, by content, so that asking again does not read the disk again. */
export class AnalysisCache {
	/** In order of use, the latest last. */
	private readonly kept = new Map<string, TrackAnalysis>();
	private bytes = 0;

	/** @param limit - bytes of all analyses together */
	constructor(private readonly limit = 256 * 2 ** 20) {}

	async get(content: string, read: () => Awaitable<TrackAnalysis>): Promise<TrackAnalysis> {
		const analysis = this.kept.get(content) ?? (await read());
		if (!this.kept.delete(content)) this.bytes += sizeOf(analysis);
		this.kept.set(content, analysis);
		for (const [oldest, dropped] of this.kept) {
			if (this.bytes <= this.limit) break;
			this.kept.delete(oldest);
			this.bytes -= sizeOf(dropped);
		}
		return analysis;
	}

	/** What was stored may have been made anew. */
	clear(): void {
		this.kept.clear();
		this.bytes = 0;
	}
}

const sizeOf = ({ features, tags, curves }: TrackAnalysis): number =>
	features.data.byteLength + tags.data.byteLength + 4 * curves.level.byteLength;
