"""A product code that the portal gave by a regulation's scheme never changes: the database keeps it so."""

from django.db import migrations, models

FUNCTION = r"""
CREATE FUNCTION products_keep_given_code() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.code_given_on IS NOT NULL
        AND (NEW.code <> OLD.code OR NEW.code_given_on IS DISTINCT FROM OLD.code_given_on) THEN
        RAISE EXCEPTION 'the product code % was given and does not change', OLD.code
            USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NEW;
END
$$;
CREATE TRIGGER product_code_given BEFORE UPDATE ON products_product
    FOR EACH ROW EXECUTE FUNCTION products_keep_given_code();
"""
UNDO = """
DROP TRIGGER product_code_given ON products_product;
DROP FUNCTION products_keep_given_code();
"""


class Migration(migrations.Migration):
    dependencies = [("products", "0001_initial")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="code_given_on",
            field=models.DateField(editable=False, null=True, verbose_name="code given on"),
        ),
        migrations.RunSQL(FUNCTION, UNDO),
    ]
