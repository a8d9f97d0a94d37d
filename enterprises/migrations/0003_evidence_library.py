"""The library at work: papers to be completed, keys to search and sort by, each file once, none altered."""

from django.conf import settings
from django.db import migrations, models

from ocop_portal.lib import text

KINDS = [
    ("business_registration", "Business registration"),
    ("production_conditions", "Certificate of production conditions (food safety)"),
    ("origin", "Origin, material area, linkage contracts"),
    ("environment", "Environment and technology"),
    ("labour", "List of insured workers with residence"),
    ("accounts", "Cooperative grading or two years' accounts"),
    ("intellectual_property", "Intellectual property"),
    ("sales", "Sales contracts and invoices"),
    ("promotion", "Promotion"),
    ("story", "Product story"),
    ("quality_declaration", "Quality declaration"),
    ("test_report", "Test report"),
    ("traceability", "Barcode or traceability stamp"),
    ("quality_system", "Quality-management system"),
    ("award", "Award"),
]

FUNCTION = r"""
CREATE FUNCTION enterprises_keep_evidence() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF (NEW.enterprise_id, NEW.file, NEW.file_name, NEW.content_type, NEW.size, NEW.sha256)
            IS NOT DISTINCT FROM
           (OLD.enterprise_id, OLD.file, OLD.file_name, OLD.content_type, OLD.size, OLD.sha256)
        THEN
            RETURN NEW;
        END IF;
    ELSIF current_setting('ocop.testing_reset', true) = 'on' AND current_database() LIKE 'test\_%' THEN
        RETURN OLD;
    END IF;
    RAISE EXCEPTION 'a paper of the library keeps its file and is never deleted (%)', TG_OP
        USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER evidence_kept BEFORE UPDATE OR DELETE ON enterprises_evidence
    FOR EACH ROW EXECUTE FUNCTION enterprises_keep_evidence();
"""
UNDO = """
DROP TRIGGER evidence_kept ON enterprises_evidence;
DROP FUNCTION enterprises_keep_evidence();
"""


def write_keys(apps, schema_editor):
    evidence = apps.get_model("enterprises", "Evidence")
    for paper in evidence.objects.iterator():
        paper.search_key = text.search_key(f"{paper.title} {paper.number} {paper.issuer}")
        paper.sort_key = text.sort_key(paper.title)
        paper.save(update_fields=["search_key", "sort_key"])


class Migration(migrations.Migration):
    dependencies = [
        ("enterprises", "0002_evidence"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AlterField(
            "evidence",
            "kind",
            models.CharField(blank=True, choices=KINDS, max_length=30, verbose_name="kind of evidence"),
        ),
        migrations.AddField(
            "evidence",
            "unconfirmed",
            models.BooleanField(default=False, editable=False, verbose_name="particulars to fill in"),
        ),
        migrations.AddField(
            "evidence",
            "search_key",
            models.CharField(default="", editable=False, max_length=1000),
            preserve_default=False,
        ),
        migrations.AddField(
            "evidence",
            "sort_key",
            models.CharField(default="", editable=False, max_length=255),
            preserve_default=False,
        ),
        migrations.RunPython(write_keys, migrations.RunPython.noop),
        migrations.AddConstraint(
            "evidence",
            models.CheckConstraint(
                condition=models.Q(("kind", ""), ("unconfirmed", True)) | models.Q(("kind__in", [code for code, _label in KINDS])),
                name="evidence_kind_known_once_confirmed",
            ),
        ),
        migrations.AddConstraint(
            "evidence",
            models.UniqueConstraint(
                condition=models.Q(("removed_at__isnull", True)),
                fields=("enterprise", "sha256"),
                name="evidence_file_once_a_library",
            ),
        ),
        migrations.RunSQL(FUNCTION, UNDO),
    ]
