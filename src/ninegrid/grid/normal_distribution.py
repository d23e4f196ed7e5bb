"""The normal distribution on columns: polars has no error function."""

from __future__ import annotations

import math

import polars as pl


def normal_cdf(x: pl.Series) -> pl.Series:
    """Φ(x) to double precision: Hart's rational approximation, with a continued fraction in the tail (West 2005)."""
    frame = pl.DataFrame({"x": x, "a": x.abs()}).with_columns(density=(-(pl.col("a") ** 2) / 2).exp())
    a, density = pl.col("a"), pl.col("density")
    tail = density / (a + 1 / (a + 2 / (a + 3 / (a + 4 / (a + 0.65))))) / math.sqrt(2 * math.pi)
    centre = density * _polynomial(a, _HART_TOP) / _polynomial(a, _HART_BOTTOM)
    upper = pl.when(a < 7.07106781186547).then(centre).otherwise(tail)
    return (
        frame.with_columns(upper=upper)
        .select(pl.when(pl.col("x") > 0).then(1 - pl.col("upper")).otherwise("upper"))
        .to_series()
    )


def inverse_normal_cdf(p: pl.Series) -> pl.Series:
    """Φ⁻¹(p) for 0 < p < 1: Wichura's algorithm AS 241 (PPND16), about sixteen digits."""
    frame = pl.DataFrame({"p": p}).with_columns(q=pl.col("p") - 0.5)
    frame = frame.with_columns(
        r=0.180625 - pl.col("q") ** 2, s=(-(pl.min_horizontal("p", 1 - pl.col("p")).log())).sqrt()
    )
    q, r, s = pl.col("q"), pl.col("r"), pl.col("s")
    centre = q * _polynomial(r, _CENTRE_TOP) / _polynomial(r, _CENTRE_BOTTOM)
    near = _polynomial(s - 1.6, _NEAR_TOP) / _polynomial(s - 1.6, _NEAR_BOTTOM)
    far = _polynomial(s - 5, _FAR_TOP) / _polynomial(s - 5, _FAR_BOTTOM)
    frame = frame.with_columns(centre=centre, tail=pl.when(s <= 5).then(near).otherwise(far))
    tail = pl.col("tail")
    return frame.select(pl.when(q.abs() <= 0.425).then("centre").when(q < 0).then(-tail).otherwise(tail)).to_series()


def _polynomial(x: pl.Expr, coefficients: tuple[float, ...]) -> pl.Expr:
    """Horner's scheme, highest power first."""
    total = pl.lit(coefficients[0])
    for c in coefficients[1:]:
        total = total * x + c
    return total


_CENTRE_TOP = (
    2509.0809287301226727,
    33430.575583588128105,
    67265.770927008700853,
    45921.953931549871457,
    13731.693765509461125,
    1971.5909503065514427,
    133.14166789178437745,
    3.387132872796366608,
)
_CENTRE_BOTTOM = (
    5226.495278852545925,
    28729.085735721942674,
    39307.89580009271061,
    21213.794301586595867,
    5394.1960214247511077,
    687.1870074920579083,
    42.313330701600911252,
    1.0,
)
_NEAR_TOP = (
    7.7454501427834140764e-4,
    0.0227238449892691845833,
    0.24178072517745061177,
    1.27045825245236838258,
    3.64784832476320460504,
    5.7694972214606914055,
    4.6303378461565452959,
    1.42343711074968357734,
)
_NEAR_BOTTOM = (
    1.05075007164441684324e-9,
    5.475938084995344946e-4,
    0.0151986665636164571966,
    0.14810397642748007459,
    0.68976733498510000455,
    1.6763848301838038494,
    2.05319162663775882187,
    1.0,
)
_FAR_TOP = (
    2.01033439929228813265e-7,
    2.71155556874348757815e-5,
    0.0012426609473880784386,
    0.026532189526576123093,
    0.29656057182850489123,
    1.7848265399172913358,
    5.4637849111641143699,
    6.6579046435011037772,
)
_FAR_BOTTOM = (
    2.04426310338993978564e-15,
    1.4215117583164458887e-7,
    1.8463183175100546818e-5,
    7.868691311456132591e-4,
    0.0148753612908506148525,
    0.13692988092273580531,
    0.59983220655588793769,
    1.0,
)
_HART_TOP = (
    0.0352624965998911,
    0.700383064443688,
    6.37396220353165,
    33.912866078383,
    112.079291497871,
    221.213596169931,
    220.206867912376,
)
_HART_BOTTOM = (
    0.0883883476483184,
    1.75566716318264,
    16.064177579207,
    86.7807322029461,
    296.564248779674,
    637.333633378831,
    793.826512519948,
    440.413735824752,
)
