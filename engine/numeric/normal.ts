/**
 * Natural logarithm of the standard normal distribution function, accurate to about 1e-7 relative for every finite z.
 *
 * The upper half uses the rational approximation 26.2.17 of Abramowitz and Stegun (1964); below -5 the asymptotic
 * series of Mills' ratio takes over, since the probability itself soon underflows there.
 */
export const logNormalCdf = (z: number): number => {
	if (z >= 0) return Math.log1p(-upperTail(z));
	if (z > -5) return Math.log(upperTail(-z));
	const inverseSquare = 1 / (z * z);
	const mills = 1 - inverseSquare * (1 - 3 * inverseSquare * (1 - 5 * inverseSquare * (1 - 7 * inverseSquare)));
	return -0.5 * z * z - Math.log(-z) - 0.5 * Math.log(2 * Math.PI) + Math.log(mills);
};

/** P(Z > z) for z ≥ 0. */
const upperTail = (z: number): number => {
	const t = 1 / (1 + 0.2316419 * z);
	const series = t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
	return (Math.exp(-0.5 * z * z) / Math.sqrt(2 * Math.PI)) * series;
};
