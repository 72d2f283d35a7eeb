"""Every code a file can be answered with: its severity and its words, each with the cure.

`{text}` is the offending text, already safe to show; the other fields are named by who reports the code.
"""

from __future__ import annotations

from .arrival_messages import ARRIVAL_MESSAGES
from .message import Message

FILE_MESSAGES: dict[str, Message] = {
    "not_regular_file": Message(
        "error",
        "这不是普通文件（可能是链接、管道或文件夹），未读取；请直接提供文件本身",
        "this is not a regular file (a link, pipe or folder), it was not read; give the file itself",
    ),
    "file_too_large": Message(
        "error",
        "文件有 {size} 字节，超过上限 {limit} 字节；请拆成几个文件",
        "the file has {size} bytes, more than the limit of {limit}; split it into several files",
    ),
    "empty_file": Message("error", "文件是空的；请填写后再报送", "the file is empty; fill it in and send it again"),
    "reader_failed": Message(
        "error",
        "文件无法读取：{reason_zh}；请把表格内容复制到一个新文件，另存为 CSV 或 .xlsx 后重报",
        "the file could not be read: {reason_en}; copy the table into a new file, save it as CSV or .xlsx and resend",
    ),
    "unsupported_format": Message(
        "error",
        "文件内容是{kind_zh}，不能读取；请另存为 .xlsx 或 UTF-8 的 CSV",
        "the content is {kind_en}, which is not read; save it as .xlsx or as CSV in UTF-8",
    ),
    "wrong_extension": Message(
        "warning",
        "文件名以“{extension}”结尾，但内容是 {kind}；已按内容读取",
        "the name ends in '{extension}' but the content is {kind}; it was read by its content",
    ),
    # text files
    "unknown_encoding": Message(
        "error",
        "第 {line} 行附近（第 {offset} 字节）既不是 UTF-8 也不是 GB18030 文字；请另存为 UTF-8 的 CSV",
        "near line {line} (byte {offset}) the text is neither UTF-8 nor GB18030; save the file as CSV in UTF-8",
    ),
    "damaged_utf8": Message(
        "error",
        "文件是 UTF-8，但第 {line} 行附近（第 {offset} 字节）已损坏；请重新导出，不要截断或拼接文件",
        "the file is UTF-8 but damaged near line {line} (byte {offset}); export it again, do not cut or join files",
    ),
    "damaged_utf16": Message(
        "error",
        "文件标明是 UTF-16，但第 {offset} 字节处已损坏；请另存为 UTF-8 的 CSV",
        "the file says it is UTF-16 but is damaged at byte {offset}; save it as CSV in UTF-8",
    ),
    "utf16_without_mark": Message(
        "error",
        "文件像是没有字节顺序标记的 UTF-16；请另存为 UTF-8 的 CSV",
        "the file looks like UTF-16 without its byte order mark; save it as CSV in UTF-8",
    ),
    "line_too_long": Message(
        "error",
        "这一行超过 {limit} 字节；请检查是否缺少换行",
        "this line is longer than {limit} bytes; look for a missing line end",
    ),
    "bad_quotes": Message(
        "error",
        "这一行的引号不成对或位置不对（{detail_zh}）；请检查双引号",
        "the quotes of this row do not fit ({detail_en}); check the double quotes",
    ),
    "separator": Message(
        "warning",
        "列以{name_zh}分隔，已照此读取；标准写法是逗号",
        "columns are separated by {name_en} and were read so; the standard is the comma",
    ),
    # the header and the table as a whole
    "no_header": Message(
        "error",
        "前 {rows} 行内找不到表头；表头须含 indicator_id、region_code、period（或 指标编码、地区代码、报告期）",
        "no header in the first {rows} rows; it must hold indicator_id, region_code, period "
        "(or 指标编码, 地区代码, 报告期)",
    ),
    "header_below_top": Message(
        "warning",
        "表头在第 {row} 行，其上的内容未读取",
        "the header was found in row {row}; what stands above it was not read",
    ),
    "second_header": Message(
        "warning",
        "这一行重复了表头，已跳过",
        "this row repeats the header and was skipped",
    ),
    "unknown_column": Message(
        "warning",
        "不认识的列“{text}”，未读取{suggestion_zh}",
        "unknown column '{text}', not read{suggestion_en}",
    ),
    "unnamed_column": Message(
        "warning",
        "第 {letter} 列没有表头，其内容未读取；需要的话请补上表头",
        "column {letter} has no header, its content was not read; give it one if it is needed",
    ),
    "duplicate_column": Message(
        "error",
        "“{text}”与前面的列“{first}”是同一列（{name}）；请只保留一列",
        "'{text}' is the same column as '{first}' ({name}); keep one of them",
    ),
    "missing_column": Message(
        "error",
        "缺少列 {name}（{zh_name}）{suggestion_zh}；请补上",
        "the column {name} ({zh_name}) is missing{suggestion_en}; add it",
    ),
    "no_rows": Message(
        "error",
        "表头下面没有数据行；请填写后再报送",
        "there is no row below the header; fill it in and send it again",
    ),
    "too_many_rows": Message(
        "error",
        "数据超过 {limit} 行，读到这里为止；请拆成几个文件",
        "there are more than {limit} rows, reading stopped here; split the file",
    ),
    "too_many_columns": Message(
        "error",
        "表头有 {count} 列，超过上限 {limit} 列；请删去多余的列",
        "the header has {count} columns, more than the limit of {limit}; delete those not needed",
    ),
}

WORKBOOK_MESSAGES: dict[str, Message] = {
    "damaged_workbook": Message(
        "error",
        "工作簿已损坏（{detail_zh}）；请用 Excel 或 WPS 打开后另存为新的 .xlsx",
        "damaged workbook ({detail_en}); open it in Excel or WPS and save it as a new .xlsx",
    ),
    "encrypted_workbook": Message(
        "error",
        "工作簿有密码保护，不能读取；请去掉密码后另存",
        "the workbook is protected by a password; save it without one",
    ),
    "workbook_too_large": Message(
        "error",
        "工作簿解压后超过 {limit} 字节，未读取；请删去无关的工作表和空行后另存",
        "the workbook unpacks to more than {limit} bytes and was not read; delete what is not needed and save it again",
    ),
    "workbook_ratio": Message(
        "error",
        "工作簿的部件“{text}”压缩比超过 {limit}，未读取；请把表格复制到新工作簿",
        "the part '{text}' of the workbook unpacks to more than {limit} times its size and was not read; "
        "copy the table into a new workbook",
    ),
    "workbook_parts": Message(
        "error",
        "工作簿有 {count} 个部件，超过上限 {limit}；请把表格复制到新工作簿",
        "the workbook has {count} parts, more than the limit of {limit}; copy the table into a new workbook",
    ),
    "workbook_sheets": Message(
        "error",
        "工作簿有 {count} 张工作表，超过上限 {limit}；请只留填报的那一张",
        "the workbook has {count} sheets, more than the limit of {limit}; keep the one that is sent",
    ),
    "dtd_in_xml": Message(
        "error",
        "工作簿的部件“{text}”含有 DTD 声明，不予读取；请用 Excel 或 WPS 另存为新的 .xlsx",
        "DTD in XML: the part '{text}' of the workbook declares one and is not read; "
        "save it as a new .xlsx in Excel or WPS",
    ),
    "stray_cell": Message(
        "error",
        "第 {row} 行第 {letter} 列有一个远离表格的单元格；请删去表格下方和右侧的空行空列",
        "a stray cell in row {row}, column {letter}: delete the empty rows below and columns beside the table",
    ),
    "too_many_cells": Message(
        "error",
        "工作表的单元格超过 {limit} 个；请删去表格以外的内容",
        "a sheet has more than {limit} cells; delete what does not belong to the table",
    ),
    "no_visible_sheet": Message(
        "error",
        "工作簿没有可见的工作表；请取消隐藏填报的那一张",
        "the workbook has no visible sheet; show the one that is sent",
    ),
    "several_sheets": Message(
        "error",
        "有几张可见的工作表都像填报表（{names}）；请只留一张，其余删去或隐藏",
        "several visible sheets look like the form ({names}); keep one, delete or hide the others",
    ),
    "sheet_chosen": Message(
        "warning",
        "只读取了工作表“{text}”，其余未读取：{others}",
        "only the sheet '{text}' was read, not: {others}",
    ),
    "external_links": Message(
        "warning",
        "工作簿含有外部链接或数据连接，未访问；用到它们的单元格按文件中保存的结果读取",
        "the workbook holds links to other files or data connections; none was followed, saved results were read",
    ),
    "macros_ignored": Message(
        "warning",
        "工作簿含有宏，未运行，只读取了单元格",
        "the workbook holds macros; none was run, only cells were read",
    ),
    "merged_cells": Message(
        "error",
        "合并单元格 {text} 落在数据区内，不知道属于哪一行；请取消合并，逐行填写",
        "the merged cells {text} lie in the data, so their row is not known; unmerge them and fill every row",
    ),
    "formula_result": Message(
        "warning",
        "这一格是公式，按文件中保存的结果读取：{text}",
        "this cell is a formula; the result saved in the file was read: {text}",
    ),
    "formula_without_result": Message(
        "error",
        "这一格是公式，但文件中没有保存结果；请粘贴为数值",
        "formula without result: paste its value",
    ),
    "error_cell": Message(
        "error",
        "这一格是错误值（如 #DIV/0!）；请改为数值，没有数就留空",
        "this cell holds an error (such as #DIV/0!); put a number, or leave it empty",
    ),
    "percent_format": Message(
        "query",
        "这一格是百分比格式，存的是 {stored}，显示为 {text}；已按显示的读取，请确认",
        "this cell has percent format: it holds {stored} and shows {text}; what it shows was read, please confirm",
    ),
    "period_from_date": Message(
        "warning",
        "报告期是日期格式的单元格，按显示的月份读为 {text}",
        "the period is a date cell; it was read as the month it shows, {text}",
    ),
}

CELL_MESSAGES: dict[str, Message] = {
    "ragged_row": Message(
        "error",
        "这一行有 {count} 列，表头有 {width} 列；请检查多余或缺少的分隔符",
        "this row has {count} fields, the header has {width}; look for a separator too many or too few",
    ),
    "missing_key": Message("error", "{name_zh}是空的；请填写", "{name} is empty; fill it in"),
    "nul_character": Message(
        "error",
        "单元格含有空字符（NUL）：{text}；请删去",
        "the cell holds a NUL character: {text}; delete it",
    ),
    "replacement_character": Message(
        "warning",
        "文字在别处已经损坏（含 U+FFFD）：{text}；请核对原文",
        "this text was damaged before it came here (it holds U+FFFD): {text}; compare it with the original",
    ),
    "text_too_long": Message(
        "error",
        "文字有 {count} 个字符，超过上限 {limit}；请缩短",
        "the text has {count} characters, more than the limit of {limit}; shorten it",
    ),
    "unknown_indicator": Message(
        "error",
        "规划中没有指标“{text}”{points}{suggestion_zh}",
        "no loaded plan has the indicator '{text}'{points}{suggestion_en}",
    ),
    "number_needs_one_plan": Message(
        "error",
        "指标序号“{text}”只在装载一个规划时可用；请填指标编码",
        "the number '{text}' names an indicator only when one plan is loaded; write its id",
    ),
    "unknown_region": Message(
        "error",
        "未知地区“{text}”{points}；请填地区文件中的 6 位代码{suggestion_zh}",
        "unknown region '{text}'{points}; write a 6-digit code of the regions file{suggestion_en}",
    ),
    "bad_period": Message(
        "error",
        "“{text}”不是报告期{points}；请写成 2023、2023-H1、2023-Q2 或 2023-06{suggestion_zh}",
        "'{text}' is no period{points}; write 2023, 2023-H1, 2023-Q2 or 2023-06{suggestion_en}",
    ),
    "ambiguous_period": Message(
        "error",
        "日期“{text}”可以是月、季或年，不作猜测；请写成 2023、2023-Q2 或 2023-06",
        "the date '{text}' could mean a month, quarter or year and is not guessed; write 2023, 2023-Q2 or 2023-06",
    ),
    "unknown_unit": Message(
        "error",
        "未知计量单位“{text}”；可用：{units}",
        "unknown unit '{text}'; known: {units}",
    ),
    "wrong_unit": Message(
        "error",
        "单位“{text}”不能换算为该指标的单位“{unit}”；请改用“{unit}”",
        "the unit '{text}' does not convert to the indicator's '{unit}'; use '{unit}'",
    ),
    "unknown_comparator": Message(
        "error",
        "未知比较符“{text}”；可用 eq、ge、gt、le、lt、approx",
        "unknown comparator '{text}'; use eq, ge, gt, le, lt or approx",
    ),
    "unknown_vintage": Message(
        "error",
        "未知数据版本“{text}”；可用：{vintages}{suggestion_zh}",
        "unknown vintage '{text}'; known: {vintages}{suggestion_en}",
    ),
    "bad_boolean": Message("error", "“{text}”应为 true/false 或 是/否", "'{text}' should be true/false or 是/否"),
    "bad_date": Message(
        "error",
        "“{text}”不是日期；请写成 2023-07-10",
        "'{text}' is no date; write it as 2023-07-10",
    ),
    "changed": Message(
        "warning",
        "“{text}”读作 {after}",
        "'{text}' was read as {after}",
    ),
    "not_a_number": Message(
        "error",
        "“{text}”不是数{points}：{hint_zh}",
        "'{text}' is no number{points}: {hint_en}",
    ),
    "number_too_large": Message(
        "error",
        "数太大（整数部分最多 28 位）：{text}",
        "the number is too large (at most 28 digits before the point): {text}",
    ),
    "percent_sign": Message(
        "error",
        "“{text}”带百分号，但{what_zh}不以 % 为单位；请去掉百分号并核对数值",
        "'{text}' has a percent sign but {what_en} is not in %; remove it and check the number",
    ),
    "parts_incomplete": Message(
        "error",
        "分子和分母须同时报送，这里缺{missing_zh}",
        "numerator and denominator are sent together, the {missing_en} is missing here",
    ),
    "parts_not_expected": Message(
        "error",
        "指标 {indicator} 不是比率，不填分子分母；数值请填在“数值”列",
        "the indicator {indicator} is no ratio and takes no parts; put its figure in `value`",
    ),
    "negative_part": Message("error", "分子和分母不能是负数：{text}", "a part of a ratio cannot be negative: {text}"),
    "zero_denominator": Message("error", "分母不能为 0", "the denominator cannot be 0"),
    "state_conflict": Message(
        "error",
        "同一行既标“{text}”又有数或另一种标记；请只留一种",
        "the row says '{text}' and also gives a figure or another mark; keep one of them",
    ),
    "parts_disagree": Message(
        "query",
        "数值 {text} 与 分子÷分母 = {quotient} 不符（容许差 {tolerance}）；以分子分母为准，请核对或说明",
        "value {text} does not agree with numerator ÷ denominator = {quotient} (tolerance {tolerance}); "
        "the parts count, check or explain",
    ),
    "out_of_range": Message(
        "error",
        "{figure} 超出该指标的范围 {range}（{unit}）；请核对",
        "{figure} is outside the indicator's range {range} ({unit}); check it",
    ),
    "comparator_without_figure": Message(
        "query",
        "有比较符“{text}”却没有数；请补上数值或删去比较符",
        "there is a comparator '{text}' but no figure; add the figure or delete the comparator",
    ),
    "duplicate_same": Message(
        "warning",
        "与第 {first} 行重复（{key}），数字相同，只取一次",
        "repeats row {first} ({key}) with the same figures; it was taken once",
    ),
    "duplicate_conflict": Message(
        "error",
        "第 {rows} 行是同一指标、地区、报告期、数据版本（{key}），内容却不同；请只留正确的一行",
        "rows {rows} are the same indicator, region, period and vintage ({key}) but differ; keep the right one",
    ),
}

MESSAGES: dict[str, Message] = {**FILE_MESSAGES, **WORKBOOK_MESSAGES, **CELL_MESSAGES, **ARRIVAL_MESSAGES}
