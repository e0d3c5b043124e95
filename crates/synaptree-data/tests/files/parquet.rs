use std::fs::File;
use std::sync::Arc;

use arrow_array::builder::{LargeListBuilder, LargeStringBuilder};
use arrow_array::cast::AsArray;
use arrow_array::types::{Int32Type, Int64Type};
use arrow_array::{
    ArrayRef, BooleanArray, Decimal128Array, DictionaryArray, Int32Array, Int64Array,
    LargeStringArray, RecordBatch, StringViewArray,
};
use arrow_schema::DataType;
use parquet::arrow::ArrowWriter;
use parquet::basic::Compression;
use parquet::file::properties::WriterProperties;
use synaptree_data::{ReadOptions, Unit};

use super::{Folder, names, numbers, read_path, texts, without};

fn write(folder: &Folder, batch: &RecordBatch, compression: Compression) -> std::path::PathBuf {
    let path = folder.path("t.parquet");
    let properties = WriterProperties::builder()
        .set_compression(compression)
        .build();
    let file = File::create(&path).unwrap();
    let mut writer = ArrowWriter::try_new(file, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    path
}

fn mixed() -> RecordBatch {
    let mut lists = LargeListBuilder::new(LargeStringBuilder::new());
    lists.append_value([Some("x"), Some("y")]);
    lists.append_null();
    let columns: [(&str, ArrayRef); 6] = [
        ("whole", Arc::new(Int64Array::from(vec![Some(1), None]))),
        ("yes", Arc::new(BooleanArray::from(vec![true, false]))),
        ("large", Arc::new(LargeStringArray::from(vec!["a", "?"]))),
        ("view", Arc::new(StringViewArray::from(vec!["b", ""]))),
        (
            "dictionary",
            Arc::new(DictionaryArray::<Int32Type>::from_iter(["c", "c"])),
        ),
        ("list", Arc::new(lists.finish())),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .unwrap()
}

#[test]
fn columns_keep_their_types_and_every_text_is_plain() {
    let folder = Folder::new();
    for compression in [
        Compression::UNCOMPRESSED,
        Compression::SNAPPY,
        Compression::GZIP(parquet::basic::GzipLevel::default()),
        Compression::LZ4_RAW,
    ] {
        let path = write(&folder, &mixed(), compression);
        let table = read_path(&path, &ReadOptions::default()).unwrap();
        assert_eq!(
            names(&table),
            ["whole", "yes", "large", "view", "dictionary", "list"]
        );
        let data_type = |name: &str| table.column(name).unwrap().data_type().clone();
        assert_eq!(data_type("whole"), DataType::Int64);
        assert_eq!(data_type("yes"), DataType::Boolean);
        let DataType::List(item) = data_type("list") else {
            panic!("{}", data_type("list"))
        };
        assert_eq!(item.data_type(), &DataType::Utf8);
        assert_eq!(texts(&table, "large"), [Some("a"), None]);
        assert_eq!(texts(&table, "view"), [Some("b"), None]);
        assert_eq!(texts(&table, "dictionary"), [Some("c"), Some("c")]);
        assert_eq!(
            (table.origin(1).number, table.origin(1).unit),
            (2, Unit::Row)
        );
    }
}

#[test]
fn decimals_and_dictionaries_are_read_as_their_values() {
    let prices = Decimal128Array::from(vec![Some(1250), None])
        .with_precision_and_scale(10, 2)
        .unwrap();
    let codes = DictionaryArray::new(
        Int32Array::from(vec![1, 0]),
        Arc::new(Int64Array::from(vec![7, 9])),
    );
    let columns: [(&str, ArrayRef); 2] = [("price", Arc::new(prices)), ("code", Arc::new(codes))];
    let batch = RecordBatch::try_from_iter_with_nullable(
        columns.map(|(name, column)| (name, column, true)),
    )
    .unwrap();
    let folder = Folder::new();
    let path = write(&folder, &batch, Compression::SNAPPY);
    let table = read_path(&path, &ReadOptions::default()).unwrap();
    assert_eq!(numbers(&table, "price"), [Some(12.5), None]);
    assert_eq!(
        table.column("code").unwrap().as_primitive::<Int64Type>(),
        &Int64Array::from(vec![9, 7])
    );
}

#[test]
fn a_file_without_rows_is_refused() {
    let folder = Folder::new();
    let path = write(&folder, &mixed().slice(0, 0), Compression::SNAPPY);
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    assert_eq!(
        without(&folder, &error),
        "t.parquet: the file has a header (6 columns) and no row; a table needs at least one"
    );
}

#[test]
fn bytes_that_are_no_parquet_are_refused() {
    let folder = Folder::new();
    let path = folder.file("t.parquet", "a,b\n1,2\n");
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    let message = without(&folder, &error);
    assert!(
        message.starts_with("t.parquet: this is not a Parquet file ("),
        "{message}"
    );

    let whole = std::fs::read(write(&folder, &mixed(), Compression::SNAPPY)).unwrap();
    let path = folder.file("t.parquet", &whole[..whole.len() - 5]);
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    let message = without(&folder, &error);
    assert!(
        message.starts_with("t.parquet: this is not a Parquet file ("),
        "{message}"
    );
}

#[test]
fn a_header_that_promises_more_than_the_file_holds_is_refused_at_once() {
    // The header of its page has a list of 10¹⁴ numbers, which the decoder skips one by one.
    let bytes = "\
        504152310c06151510155cf0f9eafddafde729017425004c1c0000001606191c192c2615060000002a15001a1c00000003\
        030200000003011c000000790000005041521504192c35001806736368656d6115020015002502180162001606191c191c\
        26001c15001915061918016215001606164016402608491c150015061502003c2906192602040000001640160400000000\
        0000008a6172717565742d6370702d6172726f772076657273696f6e2032362e302e31191c1c0000007900000050415231";
    refused_at_once(bytes);
}

#[test]
fn a_dictionary_that_promises_more_values_than_it_has_bytes_is_refused_at_once() {
    // Of 671,088,639 numbers of 8 bytes, for which the decoder makes room.
    let bytes = "\
        4f4152311504152015244c15feffffff041500120000103c000000000000f83f00000000000000401500151215162c150615\
        10150615061c000000092002000000030701030215041514151c0000184c1500000a3f01001504193c32001806736368656d\
        61150400150a250218017800150c250218017425004c1c0000001606191c192c26001c150a19350006101918017815021606\
        1674167c26482608292c15041500150200150015101502003c29061926020400000026001c150c1935000610191801741502\
        16061668167026b801268401292c15041500150200150015101502003c160419061926020400000016dc011606260816ec01\
        002820706172717565742d6370702d6172726f772076657273696f6e2032362e302e31192c1c00001c000000cf0000005041\
        5231";
    let error = refused_at_once(bytes);
    assert!(
        error.contains("a dictionary of 671088639 values has 16 bytes"),
        "{error}"
    );
}

/// The error of a file, given by its bytes as hexadecimal digits.
fn refused_at_once(bytes: &str) -> String {
    let bytes: Vec<u8> = bytes
        .as_bytes()
        .chunks(2)
        .map(|pair| u8::from_str_radix(std::str::from_utf8(pair).unwrap(), 16).unwrap())
        .collect();
    let folder = Folder::new();
    let path = folder.file("t.parquet", bytes);
    let error = read_path(&path, &ReadOptions::default()).unwrap_err();
    assert_eq!(error.code(), "data/damaged-parquet", "{error}");
    error.to_string()
}
