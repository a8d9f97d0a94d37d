"""Excel forms of offices, filled: an .xlsx with placeholders in, the same file with values out.

    from ocop_portal.lib.spreadsheet_forms import Data, Form, Value, Vocabulary, fill, mistakes

    vocabulary = Vocabulary(single={"ky": "Kỳ báo cáo"}, rows={"san_pham": {"ten": "Tên sản phẩm"}})
    form = Form(content, vocabulary)  # FormRefused: no .xlsx, damaged, locked, too large
    mistakes(form)  # each with sheet, cell and what to do; fill only where there are none
    fill(form, Data({"ky": Value("Năm 2023")}, {"san_pham": [{"ten": Value("Miến dong")}]}))

``{{ky}}`` stands for one value. A row with ``{{san_pham.ten}}`` is printed once per row of that table; what
lies below moves down, and formulas, merged cells, filters, names, print areas, pictures and rules follow.
Styles, heights, hidden columns, headers and everything else of the file stay as the office made them.
"""

from .checking import Mistake, mistakes
from .filling import Data, fill
from .form import Form, Place
from .names import Vocabulary, fold
from .package import FormRefused
from .values import Value

__all__ = [
    "Data",
    "Form",
    "FormRefused",
    "Mistake",
    "Place",
    "Value",
    "Vocabulary",
    "fill",
    "fold",
    "mistakes",
]
