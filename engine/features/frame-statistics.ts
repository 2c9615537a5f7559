/** What every frame of a video looks like, one value a frame, all in [0, 1]. */
export type FrameStatistics = {
	/** Mean absolute luma change from the frame before, over the picture; 0 for the first frame. */
	readonly change: Float32Array;
	/** Mean luma. */
	readonly brightness: Float32Array;
	/** Mean chroma, which is HSV saturation times value: so the hue noise of dark pixels counts little. */
	readonly saturation: Float32Array;
	/** Standard deviation of luma over the picture, at most 0.5. */
	readonly contrast: Float32Array;
};

/**
 * Gathers the statistics of a video's frames as they are decoded; holds one frame and four numbers for each. Luma is
 * Rec. 709's, on the values as they are coded.
 */
export class FrameStatisticsCollector {
	readonly #pixels: number;
	#luma: Float32Array;
	#previous: Float32Array;
	readonly #change: number[] = [];
	readonly #brightness: number[] = [];
	readonly #saturation: number[] = [];
	readonly #contrast: number[] = [];

	/** @param pixels - in one frame, > 0 */
	constructor(pixels: number) {
		if (!Number.isInteger(pixels) || pixels < 1) throw new RangeError(`pixels: ${pixels} is no number of pixels`);
		this.#pixels = pixels;
		this.#luma = new Float32Array(pixels);
		this.#previous = new Float32Array(pixels);
	}

	/** Adds the frames that follow. @param frames - one or more whole frames, RGB, 3 bytes a pixel */
	add(frames: Uint8Array): void {
		const bytes = this.#pixels * 3;
		if (frames.length % bytes !== 0)
			throw new RangeError(`frames: ${frames.length} bytes are no whole number of frames`);
		for (let start = 0; start < frames.length; start += bytes) this.#addFrame(frames.subarray(start, start + bytes));
	}

	statistics(): FrameStatistics {
		return {
			change: Float32Array.from(this.#change),
			brightness: Float32Array.from(this.#brightness),
			saturation: Float32Array.from(this.#saturation),
			contrast: Float32Array.from(this.#contrast),
		};
	}

	#addFrame(frame: Uint8Array): void {
		const luma = this.#luma;
		const previous = this.#previous;
		const isFirst = this.#change.length === 0;
		let sum = 0;
		let chroma = 0;
		for (let pixel = 0; pixel < this.#pixels; pixel++) {
			const red = frame[3 * pixel]!;
			const green = frame[3 * pixel + 1]!;
			const blue = frame[3 * pixel + 2]!;
			const value = (0.2126 * red + 0.7152 * green + 0.0722 * blue) / 255;
			luma[pixel] = value;
			sum += value;
			chroma += Math.max(red, green, blue) - Math.min(red, green, blue);
		}
		const mean = sum / this.#pixels;
		let variance = 0;
		let change = 0;
		for (let pixel = 0; pixel < this.#pixels; pixel++) {
			variance += (luma[pixel]! - mean) ** 2;
			change += Math.abs(luma[pixel]! - previous[pixel]!);
		}

		this.#change.push(isFirst ? 0 : change / this.#pixels);
		this.#brightness.push(mean);
		this.#saturation.push(chroma / 255 / this.#pixels);
		this.#contrast.push(Math.sqrt(variance / this.#pixels));
		this.#luma = previous;
		this.#previous = luma;
	}
}
