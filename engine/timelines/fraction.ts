/** An exact number: reduced, with a positive denominator. */
export type Fraction = { readonly numerator: bigint; readonly denominator: bigint };

/** @throws RangeError for a denominator of zero */
export const fraction = (numerator: bigint | number, denominator: bigint | number = 1n): Fraction => {
	const [above, below] = [BigInt(numerator), BigInt(denominator)];
	if (below === 0n) throw new RangeError(`A fraction of ${above} by zero.`);
	const shared = greatestCommonDivisor(above, below);
	const sign = below < 0n ? -1n : 1n;
	return { numerator: (sign * above) / shared, denominator: (sign * below) / shared };
};

export const ZERO: Fraction = { numerator: 0n, denominator: 1n };
export const ONE: Fraction = { numerator: 1n, denominator: 1n };

export const plus = (a: Fraction, b: Fraction): Fraction =>
	a.denominator === b.denominator
		? fraction(a.numerator + b.numerator, a.denominator)
		: fraction(a.numerator * b.denominator + b.numerator * a.denominator, a.denominator * b.denominator);

export const minus = (a: Fraction, b: Fraction): Fraction => plus(a, { ...b, numerator: -b.numerator });

export const times = (a: Fraction, b: Fraction): Fraction =>
	fraction(a.numerator * b.numerator, a.denominator * b.denominator);

/** @throws RangeError where `b` is zero */
export const over = (a: Fraction, b: Fraction): Fraction =>
	fraction(a.numerator * b.denominator, a.denominator * b.numerator);

export const magnitude = (a: Fraction): Fraction => (a.numerator < 0n ? { ...a, numerator: -a.numerator } : a);

/** Below zero where a < b, zero where they are equal, above zero where a > b. */
export const compare = (a: Fraction, b: Fraction): number => {
	const difference = a.numerator * b.denominator - b.numerator * a.denominator;
	return difference < 0n ? -1 : difference > 0n ? 1 : 0;
};

export const smaller = (a: Fraction, b: Fraction): Fraction => (compare(b, a) < 0 ? b : a);

export const larger = (a: Fraction, b: Fraction): Fraction => (compare(b, a) > 0 ? b : a);

export const isWhole = (a: Fraction): boolean => a.denominator === 1n;

/** The largest whole number that is not above. */
export const floorOf = (a: Fraction): bigint => {
	const towardsZero = a.numerator / a.denominator;
	return a.numerator < 0n && towardsZero * a.denominator !== a.numerator ? towardsZero - 1n : towardsZero;
};

/** The nearest whole number; halfway goes to the larger one. */
export const nearestWhole = (a: Fraction): bigint => floorOf(plus(a, { numerator: 1n, denominator: 2n }));

export const toNumber = (a: Fraction): number => {
	const whole = a.numerator / a.denominator;
	return Number(whole) + Number(a.numerator - whole * a.denominator) / Number(a.denominator);
};

/**
 * The exact value of a decimal as people and programs write it: `12`, `-0.5`, `2.5e3`. A binary number given by its
 * shortest decimal text becomes that text's value, which is what its author meant.
 *
 * @returns null where it is none, or has more than a thousand digits
 */
export const decimalFraction = (text: string): Fraction | null => {
	const match = /^([+-]?)(\d*)(?:\.(\d*))?(?:[eE]([+-]?\d{1,3}))?$/.exec(text.trim());
	if (!match) return null;
	const [, sign, whole = '', decimals = '', exponent = '0'] = match;
	const digits = whole + decimals;
	if (digits === '' || digits.length > 1000) return null;
	const shift = Number(exponent) - decimals.length;
	const value = (sign === '-' ? -1n : 1n) * BigInt(digits);
	return shift >= 0 ? fraction(value * 10n ** BigInt(shift)) : fraction(value, 10n ** BigInt(-shift));
};

/**
 * The fraction nearest to a value among those whose denominator is at most `largest`: the convergents and their
 * intermediates of its continued fraction.
 */
export const simplest = (value: Fraction, largest: bigint): Fraction => {
	if (value.denominator <= largest) return value;
	let [numerator, denominator] = [value.numerator, value.denominator];
	let [before, last] = [
		{ numerator: 0n, denominator: 1n },
		{ numerator: 1n, denominator: 0n },
	];
	for (;;) {
		const whole = floorOf({ numerator, denominator });
		const next = {
			numerator: whole * last.numerator + before.numerator,
			denominator: whole * last.denominator + before.denominator,
		};
		if (next.denominator > largest) {
			const steps = (largest - before.denominator) / last.denominator;
			const between = fraction(
				before.numerator + steps * last.numerator,
				before.denominator + steps * last.denominator,
			);
			const [far, near] = [between, last].map(candidate => magnitude(minus(candidate, value))) as [Fraction, Fraction];
			return compare(far, near) < 0 ? between : last;
		}
		[before, last] = [last, next];
		[numerator, denominator] = [denominator, numerator - whole * denominator];
	}
};

const greatestCommonDivisor = (a: bigint, b: bigint): bigint => {
	let [x, y] = [a < 0n ? -a : a, b < 0n ? -b : b];
	if (x <= SAFE && y <= SAFE) {
		// Ordinary numbers are ten times as fast here, and nearly all times of real timelines fit.
		let [p, q] = [Number(x), Number(y)];
		while (q !== 0) [p, q] = [q, p % q];
		return BigInt(p || 1);
	}
	while (y !== 0n) [x, y] = [y, x % y];
	return x === 0n ? 1n : x;
};

const SAFE = BigInt(Number.MAX_SAFE_INTEGER);
