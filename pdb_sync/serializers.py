"""JSON of comparisons."""

from rest_framework import serializers

from pdb_sync.models import Reconciliation, ReconciliationDifference


class DifferenceSerializer(serializers.ModelSerializer[ReconciliationDifference]):
    """One record that differs; never a value of it."""

    class Meta:
        model = ReconciliationDifference
        fields = [
            "sub_document_id",
            "schema_key",
            "file_name",
            "kind",
            "places",
            "approved_version",
            "recorded_version",
            "is_repaired",
        ]


class ReconciliationSerializer(serializers.ModelSerializer[Reconciliation]):
    """One comparison with its counts and hashes a schema."""

    differences = DifferenceSerializer(many=True)

    class Meta:
        model = Reconciliation
        fields = ["id", "started_at", "finished_at", "is_dry", "schemas", "unsettled", "differences"]
