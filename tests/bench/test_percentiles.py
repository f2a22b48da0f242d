"""Percentiles of samples."""

from statistics import median, quantiles

import pytest
from hypothesis import given
from hypothesis import strategies as st

from melodee.bench.percentiles import Times, percentile

times = st.lists(st.floats(0, 1e6), min_size=2, max_size=300)


@given(samples=times)
def test_percentiles_are_those_of_the_standard_library(samples):
    cuts = quantiles(samples, n=100, method="inclusive")
    ordered = sorted(samples)

    for percent in range(1, 100):
        assert percentile(ordered, percent) == pytest.approx(cuts[percent - 1], rel=1e-9, abs=1e-9)


@given(samples=times)
def test_times_are_in_order_whatever_that_of_the_samples(samples):
    found = Times.of(samples)

    assert found.p50 == pytest.approx(median(samples), rel=1e-9, abs=1e-9)
    assert found.p50 <= found.p90 <= found.p99 <= found.longest == max(samples)


def test_one_sample_is_every_percentile():
    assert Times.of([7.0]) == Times(7.0, 7.0, 7.0, 7.0)


def test_one_slow_request_of_a_thousand_is_the_longest_and_not_the_99th():
    found = Times.of([1.0] * 999 + [500.0])

    assert (found.p50, found.p99, found.longest) == (1.0, 1.0, 500.0)
