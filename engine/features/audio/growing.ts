/** Values that arrive one after another, in one block of memory that doubles when it is full. */
export type Growing<Values extends Float32Array | Int16Array> = {
	push(...values: number[]): void;
	append(values: ArrayLike<number>): void;
	/** All values so far, as a view that further pushes may leave behind. */
	values(): Values;
};

export const growingFloats = (): Growing<Float32Array> => growing(length => new Float32Array(length));

export const growingIntegers = (): Growing<Int16Array> => growing(length => new Int16Array(length));

const growing = <Values extends Float32Array | Int16Array>(create: (length: number) => Values): Growing<Values> => {
	let data = create(1024);
	let length = 0;
	const append = (values: ArrayLike<number>) => {
		if (length + values.length > data.length) {
			const larger = create(2 * (length + values.length));
			larger.set(data.subarray(0, length));
			data = larger;
		}
		data.set(values, length);
		length += values.length;
	};
	return {
		push: (...values) => append(values),
		append,
		values: () => data.subarray(0, length) as Values,
	};
};
