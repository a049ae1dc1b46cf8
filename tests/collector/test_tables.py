"""The analytic tables: schemas with units, rows in bounded chunks, absent tables empty."""

import pyarrow as pa
import pytest

from collector.tables import ROWS_PER_CHUNK, SCHEMAS, arrow_schema, as_arrow, register


@pytest.mark.parametrize("name", SCHEMAS)
def test_every_schema_is_integers_and_text_with_names_of_its_own(name: str) -> None:
    schema = arrow_schema(name)
    assert {field.type for field in schema} <= {pa.int64(), pa.string()}
    assert len(set(schema.names)) == len(schema.names)


def test_a_moment_and_a_weight_carry_their_unit() -> None:
    names = {name for table in SCHEMAS for name in arrow_schema(table).names}
    assert not names & {"at", "time", "weight", "gross", "tare", "net"}


def test_rows_of_many_chunks_are_one_table() -> None:
    many = ROWS_PER_CHUNK + 1
    table = as_arrow("products", ((f"P{n}", "COAL", "煤") for n in range(many)))
    assert table.num_rows == many
    assert table.schema == arrow_schema("products")


def test_no_rows_are_an_empty_table_of_the_same_schema() -> None:
    assert as_arrow("heads", []).schema == arrow_schema("heads")


def test_a_table_that_was_not_given_is_empty_and_one_that_does_not_exist_is_none() -> None:
    tables = register({"products": as_arrow("products", [("RAW", "COAL", "原煤")])})
    assert tables.products.count().to_pyarrow().as_py() == 1
    assert tables.records.count().to_pyarrow().as_py() == 0
    with pytest.raises(AttributeError):
        assert tables.nothing
