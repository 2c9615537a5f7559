import type { TrackAnalysis } from '../features/track-analysis.js';
import type { Awaitable } from '../jobs/catalog.js';

/** Values that were read lately, by content, so that asking again does not read the disk again. */
export class BoundedCache<Value> {
	/** In order of use, the latest last. */
	private readonly kept = new Map<string, Value>();
	private bytes = 0;

	/** @param limit - bytes of all values together */
	constructor(
		private readonly sizeOf: (value: Value) => number,
		private readonly limit = 256 * 2 ** 20,
	) {}

	async get(content: string, read: () => Awaitable<Value>): Promise<Value> {
		const value = this.kept.get(content) ?? (await read());
		if (!this.kept.delete(content)) this.bytes += this.sizeOf(value);
		this.kept.set(content, value);
		for (const [oldest, dropped] of this.kept) {
			if (this.bytes <= this.limit) break;
			this.kept.delete(oldest);
			this.bytes -= this.sizeOf(dropped);
		}
		return value;
	}

	/** What was stored may have been made anew. */
	clear(): void {
		this.kept.clear();
		this.bytes = 0;
	}
}

export const analysisBytes = ({ features, tags, curves }: TrackAnalysis): number =>
	features.data.byteLength + tags.data.byteLength + 4 * curves.level.byteLength;
